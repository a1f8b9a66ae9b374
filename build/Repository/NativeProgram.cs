using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Harbor.Pipeline.Repository;

/// <summary>What a natively compiled program needs of a machine.</summary>
internal static partial class NativeProgram
{
    /// <summary>Kind of this machine, as .NET names it: <c>linux-x64</c>.</summary>
    public static string Kind => $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-"
        + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>The newest version that its symbols name; an older glibc does not run it.</summary>
    public static Version OldestGlibc(byte[] program) => Symbol().Matches(Encoding.Latin1.GetString(program))
        .Select(match => new Version(
            int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)))
        .DefaultIfEmpty(new Version(0, 0)).Max()!;

    [GeneratedRegex(@"GLIBC_(\d{1,3})\.(\d{1,3})")]
    private static partial Regex Symbol();
}
