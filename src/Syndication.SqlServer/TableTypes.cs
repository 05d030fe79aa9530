using System.Data;
using Microsoft.Data.SqlClient.Server;

namespace Syndication.SqlServer;

/// <summary>The table types of <c>db/sqlserver</c>. A test compares them with the schema, column by column.</summary>
internal static class TableTypes
{
    public static readonly TableType Keys = new("dbo.key_list", BigInt("item"));

    public static readonly TableType Ids = new("dbo.id_list", VarChar("item", 200));

    public static readonly TableType Hashes = new("dbo.hash_list", Binary("item", 32));

    public static readonly TableType Phrases = new("dbo.phrase_list", Int("ordinal"), NVarChar("item", -1));

    public static readonly TableType Entries = new(
        "dbo.entry_list",
        Int("ordinal"), TinyInt("kind"), Guid("update_id"), BigInt("article_key"), Int("key_ordinal"), Int("version"), Int("public_version"),
        Bit("is_public"), TinyInt("status"), Bit("carries"), VarBinary("memberships", -1), NVarChar("advisory", -1),
        NVarChar("internal_reason", -1), VarChar("principal", 200), Int("new_version"), TinyInt("change"), VarBinary("head", -1),
        VarBinary("body", -1), VarBinary("desk", -1), VarBinary("changes", -1));

    public static readonly TableType Articles = new(
        "dbo.article_list",
        Int("ordinal"), BigInt("article_key"), VarChar("article_id", 200), BigInt("expected_last_number"), Int("first_ordinal"),
        Int("last_ordinal"), Bit("first_published"), Bit("advised"), Int("latest_version"), Int("lifted_version"), Int("public_version"),
        Bit("withheld"), Bit("withdrawn"), Bit("expired"), BigInt("embargo_time_us"), BigInt("expire_time_us"),
        BigInt("held_expire_time_us"), BigInt("first_published_time_us"), NVarChar("advisory", -1), NVarChar("internal_reason", -1),
        BigInt("advisory_time_us"));

    public static readonly TableType Requests = new(
        "dbo.request_list",
        Binary("request_key", 32), VarChar("principal", 200), NVarChar("request_id", 200), Binary("fingerprint", 32), Int("ordinal"),
        VarBinary("response", -1));

    public static readonly TableType Memberships = new(
        "dbo.membership_list", Int("ordinal"), BigInt("stream_key"), TinyInt("open_action"), TinyInt("held_action"));

    public static readonly TableType Backfill = new(
        "dbo.backfill_list", BigInt("number"), BigInt("article_key"), TinyInt("open_action"), TinyInt("held_action"));

    public static readonly TableType Streams = new(
        "dbo.stream_list",
        Int("ordinal"), VarChar("stream_id", 100), Bit("is_deleted"), Bit("is_new_filter"), BigInt("stream_key"),
        NVarChar("display_name", 400), NVarChar("description", 4000), VarBinary("filter", -1), Int("revision"), BigInt("create_time_us"),
        BigInt("update_time_us"), VarBinary("findings_gate", -1));

    public static readonly TableType Vocabularies = new(
        "dbo.vocabulary_list",
        VarChar("scheme", 100), Bit("is_deleted"), NVarChar("uri", 1000), Int("revision"), Int("concept_count"), VarBinary("vocabulary", -1));

    public static readonly TableType Acknowledgements = new(
        "dbo.acknowledgement_list",
        VarChar("principal", 200), VarChar("consumer", 200), VarChar("stream_id", 100), VarBinary("place", 200), BigInt("rank_number"),
        BigInt("rank_within"), BigInt("acknowledged_time_us"), Bit("is_rewind"));

    public static readonly TableType Texts = new(
        "dbo.text_list", BigInt("article_key"), Bit("is_held"), NVarChar("headline", -1), NVarChar("body", -1), NVarChar("names", -1));

    public static readonly TableType Headlines = new(
        "dbo.headline_list", BigInt("article_key"), Int("ordinal"), TinyInt("relation"), NVarChar("folded", -1), NVarChar("reversed", -1));

    public static readonly TableType SearchSteps = new(
        "dbo.search_step_list", Int("ordinal"), TinyInt("operation"), TinyInt("field"), NVarChar("condition", 4000));

    public static readonly TableType Partners = new(
        "dbo.partner_list", VarChar("partner_id", 200), Int("expected_revision"), Int("revision"), VarBinary("partner", -1));

    public static readonly TableType ApiKeys = new(
        "dbo.api_key_list", VarChar("key_id", 200), Bit("is_new"), Binary("secret_hash", 32), VarBinary("api_key", -1));

    public static readonly TableType KeyUses = new("dbo.key_use_list", VarChar("key_id", 200), BigInt("last_used_time_us"));

    public static readonly TableType Usage = new(
        "dbo.usage_list", VarChar("partner_id", 200), Int("day_number"), BigInt("requests"), BigInt("bytes"));

    public static readonly TableType DeliveryRanges = new(
        "dbo.delivery_range_list",
        Int("ordinal"), Bit("is_close"), BigInt("delivery_id"), VarChar("partner_id", 200), VarChar("consumer", 200), BigInt("stream_key"),
        Bit("is_held"), BigInt("from_number"), BigInt("head_number"), BigInt("through_number"));

    public static readonly TableType ArticleReads = new("dbo.article_read_list", VarChar("partner_id", 200), VarChar("article_id", 200));

    public static readonly TableType WithdrawalSends = new(
        "dbo.withdrawal_send_list", VarChar("partner_id", 200), VarChar("article_id", 200), BigInt("sent_time_us"));

    public static readonly TableType StreamContacts = new(
        "dbo.stream_contact_list", VarChar("partner_id", 200), BigInt("stream_key"), Bit("is_held"));

    public static readonly TableType AuditEvents = new(
        "dbo.audit_event_list",
        BigInt("event_id"), BigInt("time_us"), TinyInt("action"), VarChar("principal", 200), VarChar("key_id", 200), NVarChar("subject", -1),
        NVarChar("detail", -1), VarChar("address", 200), Int("event_count"));

    private static SqlMetaData BigInt(string name) => new(name, SqlDbType.BigInt);

    private static SqlMetaData Int(string name) => new(name, SqlDbType.Int);

    private static SqlMetaData TinyInt(string name) => new(name, SqlDbType.TinyInt);

    private static SqlMetaData Bit(string name) => new(name, SqlDbType.Bit);

    private static SqlMetaData Guid(string name) => new(name, SqlDbType.UniqueIdentifier);

    private static SqlMetaData VarChar(string name, int size) => new(name, SqlDbType.VarChar, size);

    private static SqlMetaData NVarChar(string name, int size) => new(name, SqlDbType.NVarChar, size);

    private static SqlMetaData VarBinary(string name, int size) => new(name, SqlDbType.VarBinary, size);

    private static SqlMetaData Binary(string name, int size) => new(name, SqlDbType.Binary, size);
}
