"""Matrix products by the faster of the two libraries that torch carries.

``torch.mm`` takes Intel's MKL, which uses half the width of the registers of an AMD processor with AVX-512; there,
oneDNN takes half the time (on an EPYC of 2024 250 against 115 GFLOP/s on one core, 544 × 256 × 512). It prepares each
combination of sizes once, in about a millisecond, so the sizes should be few.
"""

from __future__ import annotations

import platform
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

_LEAST_MULTIPLICATIONS = 1 << 21
"""oneDNN's calls take longer to begin, so smaller products are MKL's everywhere."""


def product(a: Tensor, b: Tensor) -> Tensor:
    """The product of two matrices, [n, k] and [k, m] to [n, m]. Not differentiable."""
    if a.dtype == torch.float32 and a.numel() * b.shape[1] >= _LEAST_MULTIPLICATIONS and _onednn_is_faster():
        result: Tensor = torch.ops.mkldnn._linear_pointwise(a, b.T, None, "none", [], "")
        return result
    return a @ b


@cache
def _onednn_is_faster() -> bool:
    wide = torch.backends.cpu.get_cpu_capability() == "AVX512"
    return wide and _vendor_is_amd() and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def _vendor_is_amd() -> bool:
    try:
        vendor = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        vendor = platform.processor()
    return "AuthenticAMD" in vendor
