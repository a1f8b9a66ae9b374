return Microsoft.PowerShell.ConsoleShell.Start(bannerText: null, helpText: "", args);
