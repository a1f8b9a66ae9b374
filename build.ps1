# Runs the pipeline on Windows (and wherever PowerShell is): ./build.ps1 --target=Deploy. build.sh is its twin; keep them alike.
#
# The host is compiled only when one of its inputs changed since the last successful compile; otherwise it starts straight away.
# A compile that fails stops here: an older host is never run in its place.
$ErrorActionPreference = 'Stop'

$here = $PSScriptRoot
$hostFolder = Join-Path $here 'var/artifacts/host'
$stamp = Join-Path $hostFolder 'stamp'
$inputs = 'build', 'src', 'etc/BannedSymbols.txt', '.editorconfig', 'global.json', 'Directory.*.props'

$dotnet = 'dotnet'
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { $dotnet = Join-Path $HOME '.dotnet/dotnet' }

function Test-Stale {
    if (-not (Test-Path $stamp)) { return $true }
    $built = (Get-Item $stamp).LastWriteTimeUtc
    foreach ($item in Get-Item -Force ($inputs | ForEach-Object { Join-Path $here $_ })) {
        if ($item.LastWriteTimeUtc -gt $built) { return $true }
        if ($item.PSIsContainer) {
            foreach ($entry in $item.EnumerateFileSystemInfos('*', 'AllDirectories')) {
                if ($entry.LastWriteTimeUtc -gt $built) { return $true }
            }
        }
    }
    return $false
}

function Install-Sdk {
    [Console]::Error.WriteLine("No .NET SDK 10 found: installing it into ~/.dotnet with Microsoft's dotnet-install script.")
    $installer = Join-Path ([IO.Path]::GetTempPath()) 'dotnet-install.ps1'
    try {
        Invoke-WebRequest -UseBasicParsing 'https://dot.net/v1/dotnet-install.ps1' -OutFile $installer
        & $installer -Channel 10.0 -InstallDir (Join-Path $HOME '.dotnet')
    }
    catch {
        [Console]::Error.WriteLine("The SDK could not be installed: $_")
        [Console]::Error.WriteLine('Install the .NET SDK 10 yourself (https://dotnet.microsoft.com/download), then run this again.')
        exit 1
    }
    $script:dotnet = Join-Path $HOME '.dotnet/dotnet'
}

if (Test-Stale) {
    $sdks = try { & $dotnet --list-sdks } catch { @() }
    if (-not ($sdks -match '^1\d\.')) { Install-Sdk }
    [Console]::Error.WriteLine('Compiling the build host ...')
    $new = "$hostFolder.new"
    if (Test-Path $new) { Remove-Item -Recurse -Force $new }
    New-Item -ItemType Directory -Force $new | Out-Null
    New-Item -ItemType File (Join-Path $new 'stamp') | Out-Null # Before the compile: what changes during it is seen next time.
    Push-Location $here
    $ErrorActionPreference = 'Continue' # Windows PowerShell takes a line on standard error for an error.
    # The SDK's first run would greet, and make a certificate that nobody here wants.
    $env:DOTNET_NOLOGO = '1'
    $env:DOTNET_GENERATE_ASPNET_CERTIFICATE = 'false'
    $log = & $dotnet publish build/Build.csproj -c Release --use-current-runtime --no-self-contained -p:RunAnalyzers=false -o $new -v quiet -nologo --tl:off 2>&1
    $failed = $LASTEXITCODE -ne 0
    $ErrorActionPreference = 'Stop'
    Pop-Location
    if ($failed) {
        $log | ForEach-Object { [Console]::Error.WriteLine($_) }
        [Console]::Error.WriteLine('The build host does not compile (above); nothing was run.')
        exit 1
    }
    if (Test-Path $hostFolder) { Remove-Item -Recurse -Force $hostFolder }
    Move-Item $new $hostFolder
}

# No diagnostics pipe: any program of the same user could take a dump, secrets included, through it.
if (-not $env:DOTNET_EnableDiagnostics) { $env:DOTNET_EnableDiagnostics = '0' }
& $dotnet (Join-Path $hostFolder 'Harbor.Build.dll') "--working=$here" @args
exit $LASTEXITCODE
