//! Pulling from a Langfuse server: both dialects, faults, kills, repeats, changes, the job and its page.

mod own;
mod server;

use std::time::Duration;

use serde_json::json;
use tracewright::db::AnyConnection;
use tracewright::foundation::{Asker, Error, ProjectKey, Result, Timestamp};
use tracewright::integrations::langfuse::client::Client;
use tracewright::integrations::langfuse::model::{Address, Counts, DAY, Dialect, Walk, What};
use tracewright::integrations::langfuse::network::Reach;
use tracewright::integrations::langfuse::store;
use tracewright::integrations::langfuse::walk::{Pull, Pulled};
use tracewright::jobs::{self, Ended};
use tracewright::state::App;
use tracewright::traces::reads::{self, ObservationRow, ScoreRow, TraceRow};

use crate::harness::http::{Client as Browser, site};
use crate::harness::{MINUTE, on_both};
use crate::people::owner;
use crate::people::pages::cookie;
use server::{Fault, Server, State, filled};

const PROJECT: ProjectKey = ProjectKey(1);
const OTHER: ProjectKey = ProjectKey(2);
const PUBLIC: &str = "pk-lf-source";
const SECRET: &str = "sk-lf-very-secret";
/// How long a server may take: so long that nobody's does.
const PATIENCE: Duration = Duration::from_mins(5);

/// All that came in, as far as clients can see it.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    traces: Vec<TraceRow>,
    observations: Vec<ObservationRow>,
    scores: Vec<ScoreRow>,
}

async fn seen(app: &App, project: ProjectKey) -> Seen {
    let read = move |conn: &mut AnyConnection| {
        let mut traces = reads::newest(conn, project, 10_000)?;
        traces.sort_by(|a, b| a.trace_id.cmp(&b.trace_id));
        let (mut observations, mut scores) = (Vec::new(), Vec::new());
        for trace in &traces {
            observations.extend(reads::observations(conn, project, &trace.trace_id)?);
            scores.extend(reads::scores_of(conn, project, &trace.trace_id)?);
        }
        Ok(Seen { traces, observations, scores })
    };
    app.db.read(read).await.unwrap()
}

fn from_server(app: &App, url: &str, project: ProjectKey) -> Pull {
    let address = Address::parse(url).unwrap();
    Pull {
        app: app.clone(),
        intake: tracewright::app::intake(),
        asker: Asker::system(project),
        client: Client::new(address, PUBLIC, SECRET, Some(PATIENCE), Reach::Private),
        public_key: PUBLIC.to_owned(),
        from: Some(Timestamp::parse_rfc3339("2026-11-18T12:00:00Z").unwrap()),
        to: None,
        window: DAY,
        what: What::ALL,
        pause: Duration::ZERO,
        haste: 1_000,
        is_dry: false,
        turn: None,
        source: None,
    }
}

async fn go(pull: &Pull) -> Result<Pulled> {
    pull.run(None, None, &mut async |_: &Walk, _: &Counts| Ok(())).await
}

/// Everything of `filled(n, ..)` is there, and as it should be.
fn check(seen: &Seen, n: usize) {
    assert_eq!((seen.traces.len(), seen.observations.len(), seen.scores.len()), (n, 3 * n, n));
    let trace = seen.traces.iter().find(|trace| trace.trace_id == "t0").unwrap();
    assert_eq!(trace.name.as_deref(), Some("chat 0"));
    assert_eq!((trace.user_id.as_deref(), trace.session_id.as_deref()), (Some("ann"), Some("s0")));
    assert_eq!(
        (trace.tag_list(), trace.release.as_deref()),
        (vec!["a".to_owned(), "b".to_owned()], Some("r1"))
    );
    assert_eq!(trace.start_at, Timestamp::parse_rfc3339("2026-11-19T00:00:00Z").unwrap());
    assert_eq!((trace.input_tokens, trace.output_tokens, trace.cost_nanos), (100, 7, 1_500_000));
    let generation = seen.observations.iter().find(|o| o.observation_id == "t0-o1").unwrap();
    assert_eq!((generation.kind.as_str(), generation.model.as_deref()), ("GENERATION", Some("m-1")));
    assert_eq!(generation.parent_id.as_deref(), Some("t0-o0"));
    assert_eq!(
        (generation.cost_nanos, generation.environment.as_deref()),
        (Some(1_500_000), Some("production"))
    );
    assert!(seen.observations.iter().all(|observation| observation.arrivals == 1), "nothing came twice");
    assert_eq!(seen.scores[0].observation_id.as_deref(), Some("t0-o1"));
}

on_both! {
    async fn a_v4_server_is_walked_by_cursor_through_faults_and_repeats_change_nothing(t: TestApp) {
        let server = Server::start(filled(100, true));
        server.with(|state| state.faults = [
            Fault::None, Fault::None, Fault::Status(429, "Retry-After: 0\r\n"), Fault::Status(500, ""), Fault::Drop, Fault::None,
            Fault::Status(503, ""),
        ].into());
        let pull = from_server(&t.app, &server.url, PROJECT);
        let first = go(&pull).await.unwrap();
        assert_eq!((first.dialect, first.is_finished), (Dialect::V4, true));
        assert_eq!((first.counts.traces, first.counts.observations, first.counts.scores), (100, 300, 100));
        assert_eq!((first.counts.refused, first.counts.cut), (0, 0));
        assert!(first.counts.repeats >= 4, "{:?}", first.counts);
        let before = seen(&t.app, PROJECT).await;
        check(&before, 100);
        assert!(server.with(|state| state.seen.iter().all(|(_, key)| key.starts_with("Basic "))));
        let again = go(&pull).await.unwrap();
        assert_eq!(again.counts.observations, 300);
        assert_eq!(seen(&t.app, PROJECT).await, before);
    }

    async fn a_wait_that_the_server_asks_for_is_kept(t: TestApp) {
        let server = Server::start(filled(2, true));
        server.with(|state| state.faults = [
            Fault::None, Fault::None, Fault::Status(429, "Retry-After: 1\r\n"), Fault::Status(429, ""),
        ].into());
        // In this haste a wait of our own is a few milliseconds.
        assert!(go(&from_server(&t.app, &server.url, PROJECT)).await.unwrap().is_finished);
        let waits = server.with(|state| state.seen_at.windows(2).map(|two| two[1] - two[0]).collect::<Vec<_>>());
        assert!(waits[2] >= Duration::from_secs(1), "{waits:?}");
        check(&seen(&t.app, PROJECT).await, 2);
    }

    async fn a_legacy_server_is_walked_by_page(t: TestApp) {
        let server = Server::start(filled(100, false));
        server.with(|state| {
            state.has_new_scores = false;
            state.faults = [Fault::None, Fault::None, Fault::Status(429, "Retry-After: 0\r\n"), Fault::Drop].into();
        });
        let pull = from_server(&t.app, &server.url, PROJECT);
        let pulled = go(&pull).await.unwrap();
        assert_eq!((pulled.dialect, pulled.is_finished), (Dialect::Legacy, true));
        assert_eq!((pulled.counts.traces, pulled.counts.observations, pulled.counts.scores), (100, 300, 100));
        let before = seen(&t.app, PROJECT).await;
        check(&before, 100);
        go(&pull).await.unwrap();
        assert_eq!(seen(&t.app, PROJECT).await, before);
    }

    async fn a_killed_pull_goes_on_where_it_was_and_ends_as_if_nothing_had_happened(t: TestApp) {
        let server = Server::start(filled(150, true));
        server.with(|state| state.most = Some(16));
        for kill_after in [1, 3, 7] {
            let mut pages = 0;
            let pull = from_server(&t.app, &server.url, PROJECT);
            let killed = pull.run(None, None, &mut async |_: &Walk, _: &Counts| {
                pages += 1;
                if pages == kill_after { Err(Error::internal("killed")) } else { Ok(()) }
            }).await;
            killed.unwrap_err();
        }
        let so_far = server.take_paths();
        let other = t.other_process();
        let finished = go(&from_server(&other.app, &server.url, PROJECT)).await.unwrap();
        assert!(finished.is_finished);
        let rest = server.take_paths();
        assert!(!rest.iter().any(|path| path.contains("/health")), "the walk goes on, it does not begin anew");
        assert!(rest.iter().all(|path| so_far.iter().filter(|earlier| *earlier == path).count() <= 1));
        let whole = go(&from_server(&t.app, &server.url, OTHER)).await.unwrap();
        assert_eq!((whole.counts.observations, whole.counts.scores), (finished.counts.observations, finished.counts.scores));
        let (ours, theirs) = (seen(&t.app, PROJECT).await, seen(&t.app, OTHER).await);
        check(&ours, 150);
        assert_eq!((ours.observations, ours.scores), (theirs.observations, theirs.scores));
    }

    async fn too_much_at_once_is_asked_for_in_smaller_parts(t: TestApp) {
        for is_v4 in [true, false] {
            let server = Server::start(filled(40, is_v4));
            server.with(|state| state.most = Some(4));
            let project = if is_v4 { PROJECT } else { OTHER };
            let pulled = go(&from_server(&t.app, &server.url, project)).await.unwrap();
            assert!(pulled.is_finished && pulled.counts.repeats >= 4);
            check(&seen(&t.app, project).await, 40);
        }
    }

    async fn an_answer_that_does_not_come_is_asked_for_in_smaller_parts(t: TestApp) {
        let server = Server::start(filled(3, true));
        server.with(|state| state.faults = [Fault::None, Fault::None, Fault::Slow, Fault::Slow].into());
        let pull = from_server(&t.app, &server.url, PROJECT);
        let client = Client::new(pull.client.address().clone(), PUBLIC, SECRET, Some(Duration::from_secs(2)), Reach::Private);
        let pulled = go(&Pull { client, ..pull }).await.unwrap();
        assert!(pulled.is_finished && pulled.counts.repeats >= 2, "{:?}", pulled.counts);
        check(&seen(&t.app, PROJECT).await, 3);
    }

    async fn a_finished_pull_goes_on_from_its_end_and_brings_what_changed(t: TestApp) {
        let server = Server::start(filled(10, true));
        let mut pull = from_server(&t.app, &server.url, PROJECT);
        go(&pull).await.unwrap();
        server.take_paths();
        let late = "2026-11-21T08:55:00Z";
        server.with(|state| {
            let observation = |name: &str, updated: &str| json!({
                "id": "late", "traceId": "t-late", "type": "SPAN", "startTime": late, "updatedAt": updated, "name": name,
            });
            state.observations.push(observation("first", late));
        });
        t.clock.advance(5 * MINUTE);
        pull.from = None;
        let second = go(&pull).await.unwrap();
        assert_eq!(second.counts.observations, 1, "{:?}", second.counts);
        assert!(server.take_paths().iter().filter(|path| path.contains("fields=core")).all(|path| path.contains("fromStartTime=2026-11-21T08%3A50")));
        server.with(|state| {
            let last = state.observations.last_mut().unwrap();
            last["name"] = json!("second");
            last["updatedAt"] = json!("2026-11-21T09:04:00Z");
        });
        go(&pull).await.unwrap();
        let seen = seen(&t.app, PROJECT).await;
        let late = seen.observations.iter().find(|o| o.observation_id == "late").unwrap();
        assert_eq!((late.name.as_deref(), late.arrivals), (Some("second"), 2));
    }

    async fn keys_stay_with_their_host_and_refusals_are_told(t: TestApp) {
        let (other, server) = (Server::start(State::default()), Server::start(filled(3, true)));
        server.with(|state| state.faults = [Fault::Redirect(format!("{}/api/public/health", other.url))].into());
        let pull = from_server(&t.app, &server.url, PROJECT);
        let refused = go(&pull).await.unwrap_err().to_string();
        assert!(refused.contains("another host"), "{refused}");
        assert!(other.take_paths().is_empty());
        server.with(|state| state.faults = [Fault::Redirect("/api/public/health".to_owned())].into());
        assert!(go(&pull).await.unwrap().is_finished, "the same host is followed");

        server.with(|state| state.faults = [Fault::Status(401, "")].into());
        let denied = go(&pull).await.unwrap_err().to_string();
        assert!(denied.contains("401: as the test wants; check the key pair"), "{denied}");
        server.with(|state| state.faults = vec![Fault::Status(500, ""); 50].into());
        assert!(matches!(go(&pull).await, Err(Error::Unavailable(_))));
        // A closed port, after all tries.
        let nobody = from_server(&t.app, "http://127.0.0.1:9", PROJECT);
        assert!(matches!(go(&nobody).await, Err(Error::Unavailable(_))));
    }

    async fn a_server_that_never_answers_is_soon_left_alone_and_asked_again_later(t: TestApp) {
        let server = Server::start(filled(3, true));
        server.with(|state| state.faults = vec![Fault::Slow; 50].into());
        let cause = go(&from_server(&t.app, &server.url, PROJECT)).await.unwrap_err();
        assert!(matches!(cause, Error::Unavailable(_)) && cause.to_string().contains("did not answer in time"), "{cause}");
        assert_eq!(server.take_paths(), ["/api/public/health", "/api/public/health"]);
        server.with(|state| state.faults.clear());
        assert!(go(&from_server(&t.app, &server.url, PROJECT)).await.unwrap().is_finished);
    }

    async fn nothing_is_stored_for_a_source_that_was_removed_meanwhile(t: TestApp) {
        let server = Server::start(filled(3, true));
        let pull = Pull { source: Some("removed".to_owned()), ..from_server(&t.app, &server.url, PROJECT) };
        assert!(matches!(go(&pull).await, Err(Error::NotFound(_))));
        assert!(seen(&t.app, PROJECT).await.traces.is_empty());
    }

    async fn a_turn_that_is_over_ends_in_good_order_and_the_next_goes_on(t: TestApp) {
        let server = Server::start(filled(3, true));
        let over = Pull { turn: Some(Duration::ZERO), ..from_server(&t.app, &server.url, PROJECT) };
        assert!(!go(&over).await.is_ok_and(|pulled| pulled.is_finished));
        let pulled = go(&from_server(&t.app, &server.url, PROJECT)).await.unwrap();
        assert!(pulled.is_finished && pulled.counts.observations == 9, "{pulled:?}");
    }

    async fn removing_a_source_calls_its_pull_off(t: TestApp) {
        owner(&t).await;
        let browser = Browser::browser(Some(&cookie(&t, "owner@example.com").await));
        let site = site(&t).await;
        let server = Server::start(filled(1, true));
        let form = format!("label=Old+server&url={}&public_key={PUBLIC}&secret_key={SECRET}&every_minutes=30", server.url);
        assert_eq!(browser.post(&site, "/integrations/langfuse", &form).await.status.as_u16(), 303);
        assert_eq!(jobs::tick(&t.app, &t.services.jobs).await.unwrap(), 1);
        let source = t.app.db.read(|conn| store::sources(conn, PROJECT)).await.unwrap().remove(0);
        let removed = browser.post(&site, &format!("/integrations/langfuse/{}/remove", source.id), "").await;
        assert_eq!(removed.status.as_u16(), 303);
        assert!(jobs::drain(&t.app, &t.services.jobs).await.unwrap().is_empty());
        assert!(server.take_paths().is_empty());
    }

    async fn a_dry_run_stores_nothing(t: TestApp) {
        let server = Server::start(filled(5, true));
        let pull = Pull { is_dry: true, ..from_server(&t.app, &server.url, PROJECT) };
        assert_eq!(go(&pull).await.unwrap().counts.observations, 15);
        assert!(seen(&t.app, PROJECT).await.traces.is_empty());
        let name = pull.name();
        assert!(t.app.db.read(move |conn| store::pull(conn, PROJECT, &name)).await.unwrap().is_none());
    }

    async fn an_admin_adds_a_source_and_the_job_pulls_it(t: TestApp) {
        owner(&t).await;
        let browser = Browser::browser(Some(&cookie(&t, "owner@example.com").await));
        let site = site(&t).await;
        assert!(browser.get(&site, "/integrations").await.body.contains("No sources yet"));
        let bad = browser.post(&site, "/integrations/langfuse", "label=&url=x&public_key=&secret_key=&every_minutes=0").await;
        assert_eq!(bad.status.as_u16(), 422);
        assert_eq!(bad.body.matches("class=\"error\"").count(), 5, "{}", bad.body);

        let server = Server::start(filled(4, true));
        let form = format!("label=Old+server&url={}&public_key={PUBLIC}&secret_key={SECRET}&every_minutes=30", server.url);
        let added = browser.post(&site, "/integrations/langfuse", &form).await;
        assert_eq!(added.status.as_u16(), 303, "{}", added.body);
        assert_eq!(jobs::tick(&t.app, &t.services.jobs).await.unwrap(), 1);
        let ended = jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        assert_eq!(ended, [Ended::Done]);
        check(&seen(&t.app, PROJECT).await, 4);
        // Two schedules of one kind are told apart by what they pull, in their buttons too.
        let other = format!("label=New+server&url=https://traces.example/base&public_key={PUBLIC}&secret_key={SECRET}&every_minutes=60");
        assert_eq!(browser.post(&site, "/integrations/langfuse", &other).await.status.as_u16(), 303);
        let page = browser.get(&site, "/jobs?state=done").await.body;
        let host = server.url.split_once("://").unwrap().1;
        for title in [format!("Pull from a Langfuse server: Old server ({host})"), "Pull from a Langfuse server: New server (traces.example)".to_owned()] {
            assert!(page.contains(&format!("aria-label=\"Run now: {title}\"")), "{title}: {page}");
        }
        assert_eq!(page.matches(&format!("<b>Pull from a Langfuse server: Old server ({host})</b>")).count(), 2, "its job and its schedule: {page}");
        assert!(!page.contains(SECRET) && !page.contains(PUBLIC), "{page}");
        let sources = t.app.db.read(|conn| store::sources(conn, PROJECT)).await.unwrap();
        let new = sources.iter().find(|source| source.label == "New server").unwrap();
        assert_eq!(browser.post(&site, &format!("/integrations/langfuse/{}/remove", new.id), "").await.status.as_u16(), 303);
        let page = browser.get(&site, "/integrations").await.body;
        assert!(page.contains("Up to date") && page.contains("every 30 min") && !page.contains(SECRET), "{page}");

        let source = t.app.db.read(|conn| store::sources(conn, PROJECT)).await.unwrap().remove(0);
        assert!(!source.sealed_secret.windows(4).any(|part| part == b"very"));
        // The page shows the job asked for last; two at the same moment have no order.
        t.clock.advance(MINUTE);
        server.with(|state| state.faults = [Fault::Status(403, "")].into());
        let asked = browser.post(&site, &format!("/integrations/langfuse/{}/pull", source.id), "").await;
        assert_eq!(asked.status.as_u16(), 303);
        assert_eq!(jobs::drain(&t.app, &t.services.jobs).await.unwrap(), [Ended::Dead]);
        let page = browser.get(&site, "/integrations").await.body;
        assert!(page.contains("check the key pair"), "{page}");
        let removed = browser.post(&site, &format!("/integrations/langfuse/{}/remove", source.id), "").await;
        assert_eq!(removed.status.as_u16(), 303);
        t.clock.advance(60 * MINUTE);
        assert_eq!(jobs::tick(&t.app, &t.services.jobs).await.unwrap(), 0);
        let ledger = browser.get(&site, "/ledger?stream=langfuse_source").await.body;
        assert!(ledger.contains("langfuse_source.added.v1") && ledger.contains("langfuse_source.removed.v1"));
    }
}
