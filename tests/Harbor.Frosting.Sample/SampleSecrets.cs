using Harbor.Masking;

namespace Harbor.Frosting.Sample;

public static class SampleSecrets
{
    /// <summary>Harbor's own filter; <c>hunter2</c> and <c>correct\nhorse</c> are secret.</summary>
    public static TextWriter Masked(TextWriter writer)
    {
        var secrets = new Redaction();
        secrets.Add("hunter2");
        secrets.Add("correct\nhorse");
        return new MaskingWriter(writer, secrets);
    }
}
