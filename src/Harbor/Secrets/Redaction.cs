namespace Harbor.Secrets;

/// <summary>Replaces every known secret value by <c>***</c> in what is printed, logged or stored.</summary>
public sealed class Redaction
{
    public const string Mask = "***";
    private readonly Lock _gate = new();
    private string[] _forms = [];

    /// <summary>Makes a value known. Values shorter than four characters are not masked: that would destroy logs and reveal them.</summary>
    public void Add(string value)
    {
        if (value.Length < 4)
        {
            return;
        }

        lock (_gate)
        {
            _forms = [.. _forms.Append(value).Distinct().OrderByDescending(form => form.Length)];
        }
    }

    public string Apply(string text)
    {
        foreach (var form in _forms)
        {
            text = text.Replace(form, Mask, StringComparison.Ordinal);
        }

        return text;
    }
}
