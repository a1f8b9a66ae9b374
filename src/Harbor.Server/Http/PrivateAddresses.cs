using System.Net;

namespace Harbor.Server.Http;

/// <summary>Addresses that are not of the public internet: this machine, its networks, and what is set aside.</summary>
internal static class PrivateAddresses
{
    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        return bytes.Length == 16 ? (bytes[0] & 0xE0) != 0x20 // Only 2000::/3 is public.
            : bytes[0] is 0 or 10 or 127 or >= 224
                || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168)
                || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 100 && bytes[1] is >= 64 and < 128)
                || (bytes[0] == 192 && bytes[1] == 0 && bytes[2] is 0 or 2) || (bytes[0] == 198 && bytes[1] is 18 or 19);
    }
}
