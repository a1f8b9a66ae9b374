using System.Runtime.InteropServices;

namespace Harbor.Secrets;

/// <summary>What is common to the two things that .NET 10 has no class for and that OpenSSL does: X25519, and AES-GCM with SOPS's nonces.</summary>
internal static partial class OpenSsl
{
    /// <summary>.NET on Linux needs it for all its cryptography anyway.</summary>
    public const string Library = "libcrypto.so.3";

    /// <exception cref="DeploymentException">There is no OpenSSL 3 here.</exception>
    public static void Require()
    {
        try
        {
            ClearErrors();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new DeploymentException($"age and SOPS files need OpenSSL 3 ({Library}), which this machine does not have. Run Harbor on Linux, or in its container.");
        }
    }

    /// <exception cref="DeploymentException">OpenSSL refused to make it.</exception>
    public static T Checked<T>(T handle)
        where T : SafeHandle
    {
        Check(handle.IsInvalid ? 0 : 1);
        return handle;
    }

    /// <exception cref="DeploymentException">The result is not OpenSSL's 1.</exception>
    public static void Check(int result)
    {
        if (result != 1)
        {
            ClearErrors();
            throw new DeploymentException($"OpenSSL ({Library}) refused what age and SOPS files need: its configuration may forbid it (FIPS).");
        }
    }

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();
}

internal abstract class OpenSslHandle(Action<nint> free) : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        free(handle);
        return true;
    }
}
