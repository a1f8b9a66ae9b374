using System.Globalization;

namespace Harbor.Processes;

/// <summary>A port on which a process of this machine listens.</summary>
/// <param name="Address"><c>0.0.0.0</c>, <c>127.0.0.1</c>, <c>::</c> ...</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Inode">Of its socket.</param>
public sealed record ListeningPort(string Address, int Port, string Protocol, long Inode)
{
    /// <summary><c>python3 (pid 123)</c>; null where another user's process has it, which only root can tell.</summary>
    public string? FindProcess()
    {
        var socket = $"socket:[{Inode.ToString(CultureInfo.InvariantCulture)}]";
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => path.AsSpan("/proc/".Length).IndexOfAnyExceptInRange(
            '0', '9') < 0))
        {
            try
            {
                if (Directory.EnumerateFileSystemEntries($"{folder}/fd").Any(file => new FileInfo(file).LinkTarget == socket))
                {
                    return $"{File.ReadAllText($"{folder}/comm").Trim()} (pid {folder["/proc/".Length..]})";
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or belongs to another user.
            }
        }

        return null;
    }

    /// <summary>None where the system does not tell: only Linux does.</summary>
    public static IReadOnlyList<ListeningPort> All() =>
    [
        .. Read("/proc/net/tcp", "tcp"), .. Read("/proc/net/tcp6", "tcp"),
        .. Read("/proc/net/udp", "udp"), .. Read("/proc/net/udp6", "udp"),
    ];

    private static IEnumerable<ListeningPort> Read(string file, string protocol)
    {
        const string Listening = "0A";
        if (!File.Exists(file))
        {
            yield break;
        }

        foreach (var line in File.ReadLines(file).Skip(1))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 9 && (protocol == "udp" || words[3] == Listening) && words[1].Split(':') is [var address, var port])
            {
                yield return new ListeningPort(
                    ToAddress(address), int.Parse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture), protocol,
                    long.Parse(words[9], CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>
    /// The kernel prints each four bytes as a number of this machine's byte order. An IPv4 address within IPv6 (<c>::ffff:127.0.0.1</c>) is
    /// that address.
    /// </summary>
    private static string ToAddress(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        for (var i = 0; BitConverter.IsLittleEndian && i < bytes.Length; i += 4)
        {
            Array.Reverse(bytes, i, 4);
        }

        var address = new System.Net.IPAddress(bytes);
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }
}
