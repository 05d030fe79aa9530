using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Tests.Server;

/// <summary>The server keeps to the contract's text.</summary>
public sealed partial class ContractTests
{
    /// <summary>Every service of the contract.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } =
    [
        .. typeof(ErrorsReflection).Assembly.GetExportedTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .SelectMany(type => ((FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!).Services)
            .OrderBy(service => service.FullName, StringComparer.Ordinal),
    ];

    [Fact]
    public async Task Every_call_is_implemented_and_every_refusal_says_why()
    {
        Assert.True(Services.Count >= 5);
        await using var server = await ServerFixture.StartAsync();
        foreach (var method in Services.SelectMany(service => service.Methods))
        {
            var error = await RawCall.SendAsync(server.Calls, method, []);
            if (error is not null)
            {
                Assert.NotEqual(StatusCode.Unimplemented, error.StatusCode);
                MustSayWhy(method, error);
            }
        }
    }

    [Fact]
    public async Task Every_refusal_says_why_when_the_database_is_away()
    {
        var gate = new StoreGate();
        await using var server = await ServerFixture.StartAsync(gate.Install);
        gate.Fault = () => new InvalidOperationException("Nobody thought of this.");
        foreach (var method in Services.SelectMany(service => service.Methods))
        {
            // Only strings that name something: enough to get past most checks.
            var request = (IMessage)Activator.CreateInstance(method.InputType.ClrType)!;
            foreach (var field in method.InputType.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.String))
            {
                if (field.IsRepeated)
                {
                    ((Google.Protobuf.Collections.RepeatedField<string>)field.Accessor.GetValue(request)).Add("all");
                }
                else if (field.Name is not ("page_token" or "request_id"))
                {
                    field.Accessor.SetValue(request, "all");
                }
            }

            if (await RawCall.SendAsync(server.Calls, method, request.ToByteArray()) is { } error)
            {
                MustSayWhy(method, error);
            }
        }
    }

    [Fact]
    public void Every_reason_has_the_status_that_the_contract_gives_it()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root.FullName, "protos", "syndication", "v1", "errors.proto"));
        var promised = ReasonPattern().Matches(text).ToDictionary(match => match.Groups["reason"].Value, match => match.Groups["status"].Value);
        foreach (var reason in System.Enum.GetValues<ErrorReason>().Where(reason => reason != ErrorReason.Unspecified))
        {
            var error = RpcErrors.Of(new Rejection(reason, "Why."));
            Assert.Equal(promised[RpcErrors.NameOf(reason)], StatusName(error.StatusCode));

            // "Try again" is UNAVAILABLE, and RESOURCE_EXHAUSTED with a delay: a request that is too large is neither.
            Assert.Equal(
                error.StatusCode == StatusCode.ResourceExhausted && reason != ErrorReason.RequestTooLarge, error.GetRpcStatus()!.GetDetail<RetryInfo>() is not null);
            Refusal.Of(error).MustBe(error.StatusCode, reason);
        }
    }

    private static void MustSayWhy(MethodDescriptor method, RpcException error)
    {
        var refusal = Refusal.Of(error);
        Assert.True(refusal.Domain == "syndication.v1", $"{method.FullName}: {refusal}");
        var reason = System.Enum.GetValues<ErrorReason>().Single(reason => RpcErrors.NameOf(reason) == refusal.Reason);
        refusal.MustBe(error.StatusCode, reason);
        Assert.NotEqual(ErrorReason.Unspecified, reason);
    }

    /// <summary>As the contract writes it: <c>NotFound</c> is NOT_FOUND.</summary>
    private static string StatusName(StatusCode status) => WordPattern().Replace(status.ToString(), "_$0").ToUpperInvariant();

    [GeneratedRegex(@"//\s(?<status>[A-Z_]+)(?: or [A-Z_]+)?:(?:[^\n]*\n\s*//)*[^\n]*\n\s*ERROR_REASON_(?<reason>[A-Z_]+) =")]
    private static partial Regex ReasonPattern();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordPattern();
}
