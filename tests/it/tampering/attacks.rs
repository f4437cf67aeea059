//! An attacker with the database and no key who knows what belongs together: several rows and tables changed at once, old
//! rows put back, values altered in ways that are hard to see. Each is named by a command.

use super::filled::{GONE, erase, filled, filled_before_erasure, settled};
use super::intruder::Intruder;
use super::*;

/// What is done, in words and in SQL.
const ATTACKS: &[(&str, &str)] = &[
    // The log.
    ("two bodies exchanged", "CREATE TEMP TABLE b AS SELECT e.seq, b.salt, b.body FROM events e JOIN event_bodies b ON b.event_id = e.id WHERE e.seq IN (3, 4);
      UPDATE event_bodies SET (salt, body) = (SELECT salt, body FROM b WHERE seq = 4) WHERE event_id = (SELECT id FROM events WHERE seq = 3);
      UPDATE event_bodies SET (salt, body) = (SELECT salt, body FROM b WHERE seq = 3) WHERE event_id = (SELECT id FROM events WHERE seq = 4); DROP TABLE b"),
    ("a space in a body", "UPDATE event_bodies SET body = CAST(replace(CAST(body AS TEXT), '{\"actor_name\"', '{ \"actor_name\"') AS BLOB) WHERE event_id = (SELECT id FROM events WHERE seq = 5)"),
    ("a line feed after a body", "UPDATE event_bodies SET body = CAST(CAST(body AS TEXT) || char(10) AS BLOB) WHERE event_id = (SELECT id FROM events WHERE seq = 5)"),
    ("a body in hex", "UPDATE event_bodies SET body = CAST(hex(body) AS BLOB) WHERE event_id = (SELECT id FROM events WHERE seq = 5)"),
    ("a member twice in a body", "UPDATE event_bodies SET body = CAST(replace(CAST(body AS TEXT), '{\"actor_name\"', '{\"actor_name\":\"x\",\"actor_name\"') AS BLOB) WHERE event_id = (SELECT id FROM events WHERE seq = 5)"),
    ("a letter of an actor in capitals", "UPDATE events SET leaf = CAST(replace(CAST(leaf AS TEXT), '\"actor_kind\"', '\"Actor_kind\"') AS BLOB) WHERE seq = 6"),
    ("an actor in capitals, in the column alone", "UPDATE events SET actor = upper(actor) WHERE seq = 6"),
    ("a moment moved in leaf and column", "UPDATE events SET at = at - 3600000000 WHERE seq > 20 AND seq < 30"),
    ("all moments moved", "UPDATE events SET at = at + 86400000000"),
    ("an event moved to another stream", "UPDATE events SET stream_id = (SELECT stream_id FROM events WHERE kind = 'work_order.imported.v1' LIMIT 1) WHERE kind = 'account.created.v1' AND seq = (SELECT min(seq) FROM events WHERE kind = 'account.created.v1')"),
    ("two leaves exchanged", "CREATE TEMP TABLE s AS SELECT leaf_index, event_seq FROM leaves WHERE leaf_index IN (10, 11); UPDATE leaves SET event_seq = -event_seq WHERE leaf_index IN (10, 11);
      UPDATE leaves SET event_seq = (SELECT event_seq FROM s WHERE s.leaf_index = 21 - leaves.leaf_index) WHERE leaf_index IN (10, 11); DROP TABLE s"),
    ("the tail of the log taken off, its checkpoints left", "DELETE FROM event_bodies WHERE event_id IN (SELECT id FROM events WHERE seq > (SELECT max(seq) - 3 FROM events)); DELETE FROM leaves WHERE event_seq > (SELECT max(seq) - 3 FROM events); DELETE FROM events WHERE seq > (SELECT max(seq) - 3 FROM events)"),
    ("a checkpoint taken out of the middle", "DELETE FROM checkpoints WHERE tree_size = (SELECT tree_size FROM checkpoints ORDER BY tree_size LIMIT 1 OFFSET 2)"),
    ("two checkpoints' notes exchanged", "UPDATE checkpoints SET note = (SELECT note FROM checkpoints ORDER BY tree_size LIMIT 1 OFFSET 1) WHERE tree_size = (SELECT min(tree_size) FROM checkpoints)"),
    ("a checkpoint's time moved", "UPDATE checkpoints SET at = at - 1000000"),
    ("an inner node made zero", "UPDATE tree_nodes SET hash = zeroblob(32) WHERE level = 2 AND node_index = 1"),
    ("an event without a place, put in", "INSERT INTO unsequenced SELECT max(seq) FROM events"),
    ("a body said to be erased, its record copied", "UPDATE event_bodies SET salt = NULL, body = NULL, erased_at = (SELECT max(erased_at) FROM event_bodies) WHERE event_id = (SELECT id FROM events WHERE kind = 'audit.verdict_given.v1' LIMIT 1)"),
    // People.
    ("a key enabled again", "UPDATE api_keys SET revoked_at = 1; UPDATE api_keys SET revoked_at = NULL, expires_at = NULL, scopes = 'ingest read scores'"),
    ("a key of another label and agent", "UPDATE api_keys SET label = label || ' ', account_id = (SELECT id FROM accounts LIMIT 1)"),
    ("a public key in capitals", "UPDATE api_keys SET public_key = upper(public_key)"),
    ("an account disabled and its mail taken", "UPDATE accounts SET disabled_at = 1, email = NULL WHERE email IS NOT NULL"),
    ("a name with a NUL and more", "UPDATE accounts SET name = name || char(0) || 'hidden'"),
    ("a name with a space", "UPDATE accounts SET name = name || ' '"),
    ("a name with a soft hyphen", "UPDATE accounts SET name = name || char(173)"),
    ("mails exchanged", "UPDATE accounts SET email = CASE email WHEN (SELECT min(email) FROM accounts) THEN NULL ELSE email END"),
    ("everybody an admin", "INSERT OR IGNORE INTO memberships SELECT project, account_id, 'admin', granted_at, granted_by FROM memberships"),
    ("a role in capitals", "INSERT INTO memberships SELECT project, account_id, upper(role), granted_at, granted_by FROM memberships"),
    ("roles granted by somebody else", "UPDATE memberships SET granted_by = 'x'"),
    ("two accounts no longer one person", "DELETE FROM account_ties"),
    ("two accounts one person", "INSERT OR IGNORE INTO account_ties SELECT a.id, b.id, 'same_person' FROM accounts a JOIN accounts b ON a.id < b.id LIMIT 3"),
    ("a reset confirmed", "UPDATE password_resets SET confirmed_by = reset_by, confirmed_by_name = reset_by_name, confirmed_at = reset_at + 1, confirmed_how = 'vouched'"),
    ("a reset forgotten", "DELETE FROM password_resets"),
    ("a project renamed in case", "UPDATE projects SET id = upper(id), name = upper(name)"),
    // Orders and audit.
    ("a verdict and the standing of its claim", "UPDATE verdicts SET outcome = 'supported', record = replace(record, 'refuted', 'supported') WHERE outcome = 'refuted'; UPDATE claims SET standing = 'supported' WHERE standing = 'refuted'"),
    ("a verdict gone with its claim's standing", "DELETE FROM verdicts WHERE outcome = 'refuted'; UPDATE claims SET standing = 'open' WHERE standing = 'refuted'"),
    ("a verdict of somebody independent", "UPDATE verdicts SET relation = 'independent', judge_id = 'system'"),
    ("a verdict superseded by itself", "UPDATE verdicts SET superseded_by = verdict_id"),
    ("verdicts in another order", "UPDATE verdicts SET at = -at"),
    ("a claim withdrawn and its verdicts kept", "UPDATE claims SET withdrawn_at = made_at WHERE standing = 'refuted'"),
    ("claims in another order", "UPDATE claims SET position = 1000 - position"),
    ("a claim that matters less", "UPDATE claims SET materiality = 0"),
    ("a statement with other white space", "UPDATE claims SET statement = replace(statement, ' ', char(160))"),
    ("an order closed everywhere", "UPDATE orders SET status = 'verified', findings = 0"),
    ("an order given to somebody else", "UPDATE orders SET assignee_account = (SELECT id FROM accounts LIMIT 1), assignee_name = 'x'"),
    ("an order's number in small letters", "UPDATE orders SET number = lower(number)"),
    ("a number given anew", "UPDATE order_numbers SET last = 0"),
    ("a policy loosened", "UPDATE order_policies SET controlled = 0, verification_waived = 1, min_reason = 0"),
    ("an asset taken up again", "UPDATE assets SET retired_at = NULL, retired_by = '', retired_reason = '' WHERE retired_at IS NOT NULL"),
    ("an asset under another code", "UPDATE assets SET code = upper(code)"),
    ("an asset moved to the top", "UPDATE assets SET parent = NULL"),
    ("a wider limit of a meter", "UPDATE asset_meters SET high = '1000000'"),
    ("a reading within its limits", "UPDATE asset_readings SET value = '1', millionths = 1000000, beyond = ''"),
    ("readings gone", "DELETE FROM asset_readings"),
    ("a schedule that never wakes", "UPDATE order_schedules SET wake_at = NULL, next_day = NULL"),
    ("days of schedules gone", "DELETE FROM order_schedule_days"),
    ("an alert that never fired", "UPDATE alerts SET firing_since = NULL"),
    ("a silence without an end to come", "UPDATE alerts SET silenced_until = silenced_until + 1"),
    ("what happened to alerts gone", "DELETE FROM alert_changes"),
    ("a larger budget", "UPDATE budgets SET amount = amount * 2"),
    ("a budget that refuses no more", "UPDATE budgets SET at_end = 'tells'"),
    ("orders of another asset", "UPDATE orders SET asset_key = 'x', asset_tag = 'x' WHERE asset_key <> ''"),
    ("a policy gone", "DELETE FROM order_policies"),
    ("an order that was never late", "UPDATE order_milestones SET due_at = NULL"),
    ("ticks that all have evidence", "UPDATE claims SET has_file = 1, has_link = 1"),
    ("hours that nobody set", "UPDATE working_hours SET monday = 0"),
    ("a holiday moved", "UPDATE holidays SET on_day = '2026-12-24'"),
    ("an absence of somebody else", "UPDATE absences SET account_id = 'x'"),
    ("a link moved and its pins with it", "UPDATE links SET trace_id = 'trace-more'; UPDATE OR IGNORE pins SET trace_id = 'trace-more'"),
    ("a link taken away as if by hand", "UPDATE links SET removed_at = at + 1"),
    ("a pin on the later revision", "UPDATE pins SET revision = (SELECT revision FROM observations WHERE observation_id = 'call')"),
    ("pins gone", "DELETE FROM pins"),
    ("an exception resolved", "UPDATE exceptions SET resolved_at = opened_at, resolved_by = 'system', resolved_name = 'x', resolved_event = opened_event, how = 'accepted', comment = 'fine'"),
    ("an exception gone with its finding", "DELETE FROM exceptions; DELETE FROM findings"),
    ("an atom's words and their search", "UPDATE atoms SET statement = replace(statement, 'e', 'a'), search = replace(search, 'e', 'a')"),
    ("an atom verified with its history", "UPDATE atoms SET status = 'verified'; UPDATE atom_status SET status = status || ' '"),
    ("an atom from another claim", "UPDATE atom_sources SET claim_id = (SELECT claim_id FROM claims LIMIT 1)"),
    ("a policy of privacy that keeps less", "UPDATE privacy_policies SET policy = replace(policy, '4000', '4')"),
    ("a rule that names others", "UPDATE recognition_rules SET rules = replace(rules, 'crew', 'team')"),
    ("an erasure by somebody else", "UPDATE erasures SET by_id = 'x', by_name = 'x', reason = 'x'"),
    ("a tombstone gone with its erasure", "DELETE FROM erased_traces; DELETE FROM erasures"),
    ("a tombstone of another trace", "UPDATE erased_traces SET trace = zeroblob(32)"),
    // Traces.
    ("a name in column and conversation", "UPDATE traces SET name = 'other', session_id = 'other'; UPDATE sessions SET session_id = 'other'"),
    ("tokens in row and trace", "UPDATE observations SET output_tokens = output_tokens + 1; UPDATE traces SET output_tokens = output_tokens + 1, total_tokens = total_tokens + 1"),
    ("tokens of an outer call counted too", "UPDATE observations SET counted = 1 - counted WHERE observation_id = 'call'; UPDATE traces SET input_tokens = 0, output_tokens = 0, total_tokens = 0 WHERE trace_id = 'trace-more'"),
    ("a cost taken away with its price", "UPDATE observations SET cost_nanos = cost_nanos - 1 WHERE cost_nanos IS NOT NULL; UPDATE traces SET cost_nanos = cost_nanos - 1"),
    ("a level made an error", "UPDATE observations SET level = 'ERROR'; UPDATE traces SET level = 'ERROR', error_count = observation_count"),
    ("an observation under another parent", "UPDATE observations SET parent_id = NULL"),
    ("an observation moved to another trace", "UPDATE observations SET trace_id = (SELECT trace_id FROM traces WHERE trace_id <> 'trace-more' LIMIT 1) WHERE observation_id = 'call'; UPDATE traces SET observation_count = observation_count - 1 WHERE trace_id = 'trace-more'"),
    ("an observation gone, the count with it", "DELETE FROM observations WHERE observation_id = 'outer'; UPDATE traces SET observation_count = observation_count - 1 WHERE trace_id = 'trace-more'"),
    ("a whole trace gone, receipts kept", "DELETE FROM observations WHERE trace_id = 'trace-more'; DELETE FROM arrivals WHERE trace_id = 'trace-more'; DELETE FROM revisions WHERE trace_id = 'trace-more'; DELETE FROM packs WHERE trace_id = 'trace-more'; DELETE FROM body_uses WHERE trace_id = 'trace-more'; DELETE FROM trace_senders WHERE trace_id = 'trace-more'; DELETE FROM traces WHERE trace_id = 'trace-more'"),
    ("a whole trace gone, receipts sealed", "UPDATE receipts SET salt = x'', revisions = x'' WHERE pack IN (SELECT pack FROM packs WHERE trace_id = 'trace-more'); DELETE FROM observations WHERE trace_id = 'trace-more'; DELETE FROM arrivals WHERE trace_id = 'trace-more'; DELETE FROM revisions WHERE trace_id = 'trace-more'; DELETE FROM packs WHERE trace_id = 'trace-more'; DELETE FROM body_uses WHERE trace_id = 'trace-more'; DELETE FROM trace_senders WHERE trace_id = 'trace-more'; DELETE FROM traces WHERE trace_id = 'trace-more'"),
    ("a whole trace gone, receipts too", "DELETE FROM receipts WHERE pack IN (SELECT pack FROM packs WHERE trace_id = 'trace-more'); DELETE FROM observations WHERE trace_id = 'trace-more'; DELETE FROM arrivals WHERE trace_id = 'trace-more'; DELETE FROM revisions WHERE trace_id = 'trace-more'; DELETE FROM packs WHERE trace_id = 'trace-more'; DELETE FROM body_uses WHERE trace_id = 'trace-more'; DELETE FROM trace_senders WHERE trace_id = 'trace-more'; DELETE FROM traces WHERE trace_id = 'trace-more'"),
    ("an older revision as the newest", "UPDATE observations SET revision = (SELECT digest FROM revisions WHERE observation_id = 'call'), image = (SELECT refs FROM revisions WHERE observation_id = 'call') WHERE observation_id = 'call'"),
    ("an older revision gone", "DELETE FROM revisions"),
    ("an arrival gone, as if it came once", "DELETE FROM arrivals; UPDATE observations SET arrivals = 1; DELETE FROM revisions"),
    ("an arrival of another time", "UPDATE arrivals SET event_ns = event_ns + 1"),
    ("packs exchanged", "CREATE TEMP TABLE p AS SELECT pack, directory, raw_len, bytes FROM packs; UPDATE packs SET bytes = (SELECT bytes FROM p WHERE p.pack <> packs.pack LIMIT 1); DROP TABLE p"),
    ("a pack of other bytes and length", "UPDATE packs SET bytes = zeroblob(length(bytes))"),
    ("packs in another trace", "UPDATE packs SET trace_id = (SELECT trace_id FROM traces LIMIT 1)"),
    ("two receipts exchanged", "CREATE TEMP TABLE r AS SELECT pack, salt, revisions FROM receipts; UPDATE receipts SET (salt, revisions) = (SELECT salt, revisions FROM r WHERE r.pack <> receipts.pack LIMIT 1); DROP TABLE r"),
    ("a receipt of another event", "UPDATE receipts SET event_id = (SELECT id FROM events WHERE kind = 'traces.received.v1' ORDER BY seq DESC LIMIT 1)"),
    ("receipts that wait again", "UPDATE receipts SET event_id = NULL"),
    ("the first arrival at the time of the last", "UPDATE traces SET first_arrival_at = last_arrival_at WHERE trace_id = 'trace-more'"),
    ("the last arrival at the time of the first", "UPDATE traces SET last_arrival_at = first_arrival_at WHERE trace_id = 'trace-more'"),
    ("a body in storage that nobody uses", "DELETE FROM body_uses"),
    ("a score of another value", "UPDATE scores SET value = '0', number = 0.0"),
    ("a score on another trace", "UPDATE scores SET trace_id = (SELECT trace_id FROM traces LIMIT 1)"),
    ("a score copied under another name", "INSERT INTO scores SELECT project, upper(score_id), trace_id, observation_id, session_id, name, value, data_type, comment, environment, at, author, parts, source, number, word, config_id, queue_id, dataset_run_id, metadata, created_at, updated_at FROM scores"),
    ("the fold with other white space", "UPDATE traces SET state = CAST(replace(CAST(state AS TEXT), '{\"fold\"', '{ \"fold\"') AS BLOB)"),
    ("the fold with a member more", "UPDATE traces SET state = CAST(replace(CAST(state AS TEXT), '{\"fold\"', '{\"more\":1,\"fold\"') AS BLOB)"),
    ("hours that sum to more", "UPDATE observation_hours SET n = n + 1, cost = cost + 1"),
    ("hours gone", "DELETE FROM observation_hours; DELETE FROM trace_hours; DELETE FROM call_hours"),
    ("series that come to more, of every step", "UPDATE series_sums SET n = n + 1"),
    ("series over all time that come to more", "UPDATE series_sums SET n = n + 1 WHERE hours = 0"),
    ("series by day that come to more", "UPDATE series_sums SET n = n + 1 WHERE hours = 24"),
    ("series by day gone", "DELETE FROM series_sums WHERE hours = 24"),
    ("series gone", "DELETE FROM series_sums"),
    ("series gone with the traces that they are of", "DELETE FROM series_sums; UPDATE traces SET measured = 0"),
    ("a series that waits to come to more", "INSERT INTO series_deltas (project, hour, metric, labels, n, sum) SELECT project, start_at, metric, labels, 1, 0 FROM series_sums LIMIT 1"),
    ("a handoff that never was", "UPDATE observations SET fact = '{\"is\":\"plan\"}'"),
    ("an hour twice", "INSERT INTO trace_hours SELECT * FROM trace_hours"),
];

/// Which command says so, each asked in turn.
async fn is_seen(t: &TestApp) -> bool {
    !ledger_holds(t)
        || !projections_hold(t).await
        || !app::check_arrivals(&t.app, |_| {}).await.is_ok_and(|it| it.difference_count == 0)
}

#[test]
fn every_attack_on_several_rows_is_named() {
    block_on(Backend::Sqlite, async |t| {
        filled(&t).await;
        assert!(!is_seen(&t).await, "the filled database is not as it should be");
        let (mut intruder, mut unseen) = (Intruder::of(t.database_url()), Vec::new());
        for (what, sql) in ATTACKS {
            let refused = intruder.attack(sql).err();
            let seen = is_seen(&t).await;
            let changed = intruder.undo();
            if !seen || refused.is_some() || changed.is_empty() {
                unseen.push(format!("{what} (changed {changed:?}) {}", refused.unwrap_or_default()));
            }
        }
        println!("{} attacks tried", ATTACKS.len());
        assert!(!is_seen(&t).await, "the intruder did not put everything back");
        assert!(unseen.is_empty(), "{} unseen:\n{}", unseen.len(), unseen.join("\n"));
    });
}

/// Rows of an erased trace that somebody had kept, put back with all that belongs to them.
#[test]
fn an_erased_trace_put_back_is_named() {
    block_on(Backend::Sqlite, async |t| {
        let operator = filled_before_erasure(&t).await;
        let mut intruder = Intruder::of(t.database_url());
        let before = intruder.all_rows();
        erase(&t, &operator).await;
        settled(&t).await;
        assert!(!is_seen(&t).await, "what was erased rightly is no fault");
        let tables =
            ["traces", "observations", "arrivals", "revisions", "packs", "receipts", "body_uses", "scores"];
        let back: Vec<String> = before
            .into_iter()
            .filter(|(table, _)| tables.contains(&table.as_str()))
            .flat_map(|(table, rows)| {
                let delete = format!("DELETE FROM {table}");
                [delete].into_iter().chain(rows)
            })
            .collect();
        assert!(back.iter().any(|row| row.contains(GONE)));
        intruder.attack(&back.join(";\n")).unwrap();
        let found = app::check_arrivals(&t.app, |_| {}).await.unwrap();
        assert!(found.differences.iter().any(|it| it.key.contains(GONE)), "{:?}", found.differences);
    });
}
