# Offers gcx-desktop for .gcx, .gcxm and .sdf files of the present user; -Remove takes that back. Untried so far.
#   powershell -ExecutionPolicy Bypass -File register-file-types.ps1 [-Remove]
# https://learn.microsoft.com/windows/win32/shell/fa-file-types
param([switch]$Remove)
$ErrorActionPreference = "Stop"

$program = Join-Path (Split-Path -Parent $PSScriptRoot) "gcx-desktop.exe"
$classes = "HKCU:\Software\Classes"
$types = @{ ".gcx" = "gcx-desktop.project"; ".gcxm" = "gcx-desktop.model"; ".sdf" = "gcx-desktop.sdf" }
$names = @{ ".gcx" = "gcx-desktop project"; ".gcxm" = "gcx-desktop model"; ".sdf" = "Molecules (SDF)" }

foreach ($suffix in $types.Keys) {
    $type = $types[$suffix]
    if ($Remove) {
        Remove-Item -Path "$classes\$type" -Recurse -ErrorAction SilentlyContinue
        Remove-ItemProperty -Path "$classes\$suffix\OpenWithProgids" -Name $type -ErrorAction SilentlyContinue
        continue
    }
    New-Item -Path "$classes\$type\shell\open\command" -Force | Out-Null
    Set-Item -Path "$classes\$type" -Value $names[$suffix]
    New-Item -Path "$classes\$type\DefaultIcon" -Force | Out-Null
    Set-Item -Path "$classes\$type\DefaultIcon" -Value "`"$program`",0"
    Set-Item -Path "$classes\$type\shell\open\command" -Value "`"$program`" `"%1`""
    # An offer beside other programs, not the default, which only the user may choose.
    New-Item -Path "$classes\$suffix\OpenWithProgids" -Force | Out-Null
    New-ItemProperty -Path "$classes\$suffix\OpenWithProgids" -Name $type -PropertyType String -Value "" -Force | Out-Null
}
