using System.CommandLine;

var root = new RootCommand("Publishes, reads and follows syndicated articles.");

return await root.Parse(args).InvokeAsync();
