using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Harbor.Templates;

/// <summary>One digest over all that rendering depends on: templates, values, engines and this program.</summary>
public static class PrepareFingerprint
{
    /// <param name="key">From <see cref="Secrets.StateKey"/>: values are among the inputs.</param>
    public static string Of(TemplateRequest request, IReadOnlyList<TemplateFile> templates, ReadOnlySpan<byte> key)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);

        // Of this very build: another version may render the same templates differently.
        Add(hmac, typeof(PrepareFingerprint).Module.ModuleVersionId.ToByteArray());
        foreach (var template in templates)
        {
            Add(hmac, $"{template.Source}\n{template.Target}\n{template.Service}\n{(int)template.Engine}\n{(int)template.Mode}");
            Add(hmac, template.Content);
        }

        foreach (var service in request.Services)
        {
            Add(hmac, $"service {service.Service}");
            Add(hmac, service.FromEnvironment ? request.Environment.Digest(service.Service, key) : "");
            var extra = service.Extra.Keys.ToArray();
            Array.Sort(extra, StringComparer.Ordinal);
            foreach (var name in extra)
            {
                Add(hmac, name);
                Add(hmac, service.Extra[name]);
            }
        }

        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    private static void Add(IncrementalHash hmac, string text) => Add(hmac, Encoding.UTF8.GetBytes(text));

    private static void Add(IncrementalHash hmac, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hmac.AppendData(length);
        hmac.AppendData(bytes);
    }
}
