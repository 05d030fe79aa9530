using System.CommandLine;

var root = new RootCommand("Measures the server on this machine.");

return await root.Parse(args).InvokeAsync();
