namespace Harbor.Server;

/// <summary>The command line or what it names is wrong: the message is for the user. Exit code 2.</summary>
public sealed class UsageException(string message) : Exception(message);
