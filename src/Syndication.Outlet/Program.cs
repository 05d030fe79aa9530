using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Syndication.Client;
using Syndication.Outlet;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSyndicationClient().BindConfiguration("Syndication");
builder.Services.AddOptions<OutletOptions>().BindConfiguration("Outlet").ValidateDataAnnotations().ValidateOnStart();
builder.Services.AddSingleton<OutletStore>();
builder.Services.AddHostedService<OutletWorker>();
await builder.Build().RunAsync();
