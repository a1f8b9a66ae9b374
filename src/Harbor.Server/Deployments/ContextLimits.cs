using Harbor.Server.Http;

namespace Harbor.Server.Deployments;

/// <summary>What an uploaded context may be, whoever packed it.</summary>
internal static class ContextLimits
{
    /// <summary>Bytes of the tar.gz.</summary>
    public const long Packed = 100L * 1024 * 1024;

    /// <summary>Bytes of the tar.</summary>
    public const long Unpacked = 1024L * 1024 * 1024;

    public const int Entries = 20_000;

    /// <summary>Unpacked by packed bytes: more is a bomb.</summary>
    public const int Ratio = 200;

    /// <summary>Bytes of a name.</summary>
    public const int Name = 1024;

    public const string NoArchive = "context is not a tar.gz";

    public static HttpException TooLarge() => new(413, "context_too_large", "The context exceeds the maximum (100.0 MB packed).");
}
