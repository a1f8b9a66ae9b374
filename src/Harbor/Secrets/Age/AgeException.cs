namespace Harbor.Secrets.Age;

/// <summary>The kind of problem with an age file, an identity or a recipient.</summary>
public enum AgeFault
{
    /// <summary>An identity or a recipient is malformed.</summary>
    Key,

    /// <summary>The armor is malformed, or the file is not an age file.</summary>
    Armor,

    /// <summary>The file's header is malformed.</summary>
    Header,

    /// <summary>The header was changed after it was written.</summary>
    Mac,

    /// <summary>The content was changed, cut off or added to.</summary>
    Payload,

    /// <summary>No given identity decrypts the file.</summary>
    NoMatch,

    /// <summary>Valid, but of a kind that Harbor does not support: passphrases, ssh keys, plugins, post-quantum keys.</summary>
    Unsupported,
}

/// <summary>The message never contains input, so that no key and no content gets into a log.</summary>
public sealed class AgeException(string message, AgeFault fault) : Exception(message)
{
    public AgeFault Fault { get; } = fault;
}
