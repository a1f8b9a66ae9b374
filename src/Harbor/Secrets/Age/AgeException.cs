namespace Harbor.Secrets.Age;

/// <summary>What about an age file, an identity or a recipient is wrong.</summary>
public enum AgeFault
{
    /// <summary>An identity or a recipient is malformed.</summary>
    Key,

    /// <summary>The text around an armored file is malformed, or the file is no age file at all.</summary>
    Armor,

    /// <summary>The file's header is malformed.</summary>
    Header,

    /// <summary>The header was changed after it was written.</summary>
    Mac,

    /// <summary>The content was changed, cut off or added to.</summary>
    Payload,

    /// <summary>None of the identities opens the file.</summary>
    NoMatch,

    /// <summary>Well-formed, and of a kind that Harbor leaves to other tools: passphrases, ssh keys, plugins, post-quantum keys.</summary>
    Unsupported,
}

/// <summary>The message never holds any of the input, so that no key and no content gets into a log.</summary>
public sealed class AgeException(string message, AgeFault fault) : Exception(message)
{
    public AgeFault Fault { get; } = fault;
}
