# Runs the pipeline on Windows (and wherever PowerShell is): ./build.ps1 --target=Deploy. build.sh is its twin; keep them alike.
#
# The host is compiled only when one of its inputs changed since the last successful compile; otherwise it starts straight away.
# A compile that fails stops here: an older host is never run in its place.
#
# HARBOR_NATIVE=on compiles the host natively (one file that starts in some 10 ms; takes the C++ build tools, or a C linker elsewhere). It is used as
# long as no input changes, unless HARBOR_NATIVE=off. Other than build.sh, this script compiles it only when it is told to.
$ErrorActionPreference = 'Stop'

$here = $PSScriptRoot
$hostFolder = Join-Path $here 'var/artifacts/host'
$nativeFolder = Join-Path $here 'var/artifacts/native'
$wantsNative = $env:HARBOR_NATIVE -eq 'on'
$inputs = 'build', 'src', 'etc/BannedSymbols.txt', 'etc/harbor.schema.json', 'Dockerfile.runner', '.editorconfig', 'global.json', 'Directory.*.props'

$dotnet = 'dotnet'
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { $dotnet = Join-Path $HOME '.dotnet/dotnet' }

function Test-Stale($stamp) {
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

function Build-Host($folder, $arguments) {
    $sdks = try { & $dotnet --list-sdks } catch { @() }
    if (-not ($sdks -match '^1\d\.')) { Install-Sdk }
    [Console]::Error.WriteLine('Compiling the build host ...')
    $new = "$folder.new"
    if (Test-Path $new) { Remove-Item -Recurse -Force $new }
    New-Item -ItemType Directory -Force $new | Out-Null
    New-Item -ItemType File (Join-Path $new 'stamp') | Out-Null # Before the compile: what changes during it is seen next time.
    Push-Location $here
    $ErrorActionPreference = 'Continue' # Windows PowerShell takes a line on standard error for an error.
    # The SDK's first run would greet, and make a certificate that nobody here wants.
    $env:DOTNET_NOLOGO = '1'
    $env:DOTNET_GENERATE_ASPNET_CERTIFICATE = 'false'
    $log = & $dotnet publish build/Build.csproj -c Release --use-current-runtime -p:RunAnalyzers=false -o $new -v quiet -nologo --tl:off @arguments 2>&1
    $failed = $LASTEXITCODE -ne 0
    $ErrorActionPreference = 'Stop'
    Pop-Location
    if ($failed) {
        $log | ForEach-Object { [Console]::Error.WriteLine($_) }
        return $false
    }
    if (Test-Path $folder) { Remove-Item -Recurse -Force $folder }
    Move-Item $new $folder
    return $true
}

$native = Join-Path $nativeFolder $(if ($env:OS -eq 'Windows_NT') { 'Harbor.Pipeline.exe' } else { 'Harbor.Pipeline' })
$usesNative = $env:HARBOR_NATIVE -ne 'off' -and -not (Test-Stale (Join-Path $nativeFolder 'stamp'))
if ($wantsNative -and -not $usesNative) {
    $usesNative = Build-Host $nativeFolder @('-p:PublishAot=true', "-p:ArtifactsPath=$(Join-Path $here 'var/artifacts/aot')")
    if (-not $usesNative) { [Console]::Error.WriteLine('There is no native host (above): it runs on .NET.') }
}
if (-not $usesNative -and (Test-Stale (Join-Path $hostFolder 'stamp')) -and -not (Build-Host $hostFolder @('--no-self-contained'))) {
    [Console]::Error.WriteLine('The build host does not compile (above); nothing was run.')
    exit 1
}

# No diagnostics pipe: any program of the same user could take a dump, secrets included, through it.
if (-not $env:DOTNET_EnableDiagnostics) { $env:DOTNET_EnableDiagnostics = '0' }
if ($usesNative) { & $native "--working=$here" @args } else { & $dotnet (Join-Path $hostFolder 'Harbor.Pipeline.dll') "--working=$here" @args }
exit $LASTEXITCODE
