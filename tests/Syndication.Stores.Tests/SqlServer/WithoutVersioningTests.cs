using Syndication.Stores.Tests.Fixtures;
using Syndication.Stores.Tests.Model;

namespace Syndication.Stores.Tests.SqlServer;

// The same with READ_COMMITTED_SNAPSHOT off, where readers wait for writers and a statement sees what commits while it runs.

public sealed class WithoutVersioningCommitOrderTests() : CommitOrderTests(new SqlServerFixture(versioning: false));

public sealed class WithoutVersioningOutageTests() : OutageTests(new SqlServerFixture(versioning: false));

public sealed class WithoutVersioningRetentionTests() : RetentionTests(new SqlServerFixture(versioning: false));

public sealed class WithoutVersioningSwitchToLiveTests() : SwitchToLiveTests(new SqlServerFixture(versioning: false));

public sealed class WithoutVersioningMembershipTests() : MembershipTests(new SqlServerFixture(versioning: false));

public sealed class WithoutVersioningModelTests() : ModelTests(() => new SqlServerFixture(versioning: false));
