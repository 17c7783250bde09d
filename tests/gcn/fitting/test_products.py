from __future__ import annotations

import pytest
import torch

from gcx_desktop.gcn.fitting.products import product


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("n", "k", "m"), [(3, 4, 5), (352, 128, 256), (544, 81, 130)])
@pytest.mark.parametrize("transposed", ["neither", "first", "second"])
def test_a_product_is_that_of_float64_whatever_the_sizes_and_the_order_in_memory(
    dtype: torch.dtype, n: int, k: int, m: int, transposed: str
) -> None:
    random = torch.Generator().manual_seed(0)
    a, b = torch.randn(n, k, generator=random, dtype=dtype), torch.randn(k, m, generator=random, dtype=dtype)
    if transposed == "first":
        a = a.T.contiguous().T
    if transposed == "second":
        b = b.T.contiguous().T
    result = product(a, b)
    assert result.dtype == dtype
    assert torch.allclose(result.double(), a.double() @ b.double(), atol=1e-3 if dtype == torch.float32 else 1e-10)
