using Harbor.Server.Commands;

return await HarborCommand.RunAsync(args, Console.Out, Console.Error);
