using Harbor.Server;
using Harbor.Server.Keys;

const string Usage = """
    server [--urls http://127.0.0.1:8000] [--data var/server] [--database URL] [--no-worker]
    worker --database URL [--slots N] [--data DIR]
    keys create --name N [--organisation O] [--scopes read,deploy,run,admin] [--expires-days N] [--allow-full-network]
    keys list | keys revoke --id ID
    backup --to FILE [--data DIR] | restore --from FILE [--data DIR]
    """;

using var stop = new CancellationTokenSource();
try
{
    string[] rest = [.. args.Skip(1)];
    return args.FirstOrDefault() switch
    {
        "server" => await ServerCommand.RunAsync(ServerOptions.Read(rest), Console.Out, stop.Token),
        "worker" => await WorkerCommand.RunAsync(rest, Console.Out, stop.Token),
        "backup" => await BackupCommands.BackupAsync(rest, Console.Out, stop.Token),
        "restore" => await BackupCommands.RestoreAsync(rest, Console.Out, stop.Token),
        "keys" => await KeyCommands.RunAsync(rest, Console.Out, TimeProvider.System, stop.Token),
        _ => throw new UsageException(Usage),
    };
}
catch (UsageException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
