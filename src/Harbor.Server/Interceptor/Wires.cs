namespace Harbor.Server.Interceptor;

/// <summary>The ways to ask a model. They are passed on, not translated.</summary>
internal static class Wires
{
    public const string Chat = "chat/completions";
    public const string Responses = "responses";
    public const string Messages = "messages";
    public const string Count = "messages/count_tokens";

    public static readonly IReadOnlyList<string> All = [Chat, Responses, Messages];
}
