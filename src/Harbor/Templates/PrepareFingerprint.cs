using Harbor.Hashing;

namespace Harbor.Templates;

/// <summary>A digest of everything that rendering depends on: templates, values, engines and this program.</summary>
public static class PrepareFingerprint
{
    /// <param name="key">From <see cref="Secrets.StateKey"/>. The digest is keyed because it covers secret values.</param>
    public static string Compute(TemplateRequest request, IReadOnlyList<TemplateFile> templates, ProjectKey key)
    {
        using var hash = key.Begin();

        // Another version may render the same templates differently.
        hash.Add("harbor", SourceHash.Value);
        foreach (var template in templates)
        {
            hash.Add("template", $"{template.Source}\n{template.Target}\n{template.Service}\n{(int)template.Engine}\n{(int)template.Mode}");
            hash.Add("content", template.Content);
        }

        foreach (var service in request.Services)
        {
            hash.Add("service", service.Service);
            hash.Add("environment", service.FromEnvironment ? request.Environment.Digest(service.Service, key) : "");
            var extra = service.Extra.Keys.ToArray();
            Array.Sort(extra, StringComparer.Ordinal);
            foreach (var name in extra)
            {
                hash.Add($"extra {name}", service.Extra[name]);
            }
        }

        return hash.ToHex();
    }
}
