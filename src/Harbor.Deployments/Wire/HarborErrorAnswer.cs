namespace Harbor.Deployments.Wire;

/// <summary>The body of every answer of status 400 and above.</summary>
public sealed record HarborErrorAnswer
{
    /// <summary>A sentence for people; always a string. Clients print it.</summary>
    public string Detail { get; set; } = "";

    /// <summary>A word for programs, such as <c>name_taken</c>.</summary>
    public string? Code { get; init; }

    /// <summary>Every error that was found, with its place in the request; empty when the detail says all.</summary>
    public IReadOnlyList<FieldError> Errors { get; set; } = [];

    /// <summary>The id of what is there already (status 409 of a taken name).</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }
}

/// <summary>What is wrong with one field of a request or spec.</summary>
/// <param name="Loc">Keys joined by dots: <c>limits.cpu_cores</c>.</param>
/// <param name="Msg">Says what is wrong; the texts are part of the contract.</param>
public sealed record FieldError(string Loc, string Msg)
{
    /// <summary>The message alone: it names the field already.</summary>
    public override string ToString() => Msg;
}

/// <summary>The answer of <c>GET /api/harbor</c>.</summary>
public sealed record ServiceDescription(string Service, string Version, IReadOnlyList<string> Features);
