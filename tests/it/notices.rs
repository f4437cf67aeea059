//! Notices on both databases: told once whoever follows, of what one may see, as one wants it; webhooks that anybody's library checks.

mod page;
mod standing_still;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use actix_web::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diesel::connection::SimpleConnection as _;
use sha2::{Digest as _, Sha256};
use tracewright::app::{self, Services};
use tracewright::config::{Config, Keys, Values};
use tracewright::db::{AnyConnection, Tx};
use tracewright::foundation::{Actor, Asker, Clock as _, Error, Role, Timestamp};
use tracewright::integrations::langfuse::network::Reach;
use tracewright::jobs::{self, Ended};
use tracewright::ledger::erasure;
use tracewright::ledger::sequencer::sequence_now;
use tracewright::notices::actions::{self, Choice, NewHook};
use tracewright::notices::hooks::client::{Answer, Signed, send};
use tracewright::notices::kinds::Kind;
use tracewright::notices::mail::unsubscribe;
use tracewright::notices::model::Mail;
use tracewright::notices::reads::{self, Filter, MailRow, Seen};
use tracewright::notices::{follow, given_up, morning};
use tracewright::people::actions::set_profile::NewProfile;
use tracewright::people::model::PersonName;
use tracewright::work_orders::actions::comment;
use tracewright::work_orders::model::Status;

use crate::guards::stage::{FILE, hire, load, owner, take};
use crate::harness::http::{Client, site};
use crate::harness::orders::walk;
use crate::harness::{DAY, MINUTE, TestApp, on_both};
use crate::people::pages::cookie;

/// Gives what was done its place in the log, and tells it.
async fn tell(t: &TestApp) -> usize {
    sequence_now(&t.app.db, &t.app.log).await.unwrap();
    follow::follow(&t.app).await.unwrap()
}

async fn seen(t: &TestApp, who: &Asker) -> Vec<Seen> {
    let who = who.clone();
    let read = move |conn: &mut _| reads::page(conn, &who, &Filter::default(), None);
    t.app.db.read(read).await.unwrap().0
}

async fn kinds(t: &TestApp, who: &Asker) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = seen(t, who).await.into_iter().map(|one| one.kind).collect();
    kinds.sort();
    kinds
}

async fn say(t: &TestApp, who: &Asker, order: &str, text: &str) {
    comment::comment(&t.services.orders, who, order, text.to_owned()).await.unwrap();
}

async fn mails(services: &Services, who: &Asker) -> Vec<MailRow> {
    let who = who.clone();
    services.app.db.read(move |conn| reads::mails(conn, &who)).await.unwrap()
}

/// The same installation with other settings besides.
fn with(t: &TestApp, more: &[(&str, &str)]) -> Services {
    let data = t.app.config.data.to_string_lossy().into_owned();
    let mut settings =
        vec![("data", data.as_str()), ("database-url", t.database_setting()), ("database.connections", "2")];
    settings.extend(more);
    let config = Config::from_values(Values::of(&settings)).unwrap();
    Services::new(app::build(config, Keys::for_tests(), t.clock.clone()).unwrap()).unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn until(t: &TestApp, text: &str) {
    let micros = at(text).micros_since(t.clock.now());
    assert!(micros >= 0, "the clock only goes on");
    t.clock.advance(micros);
}

on_both! {
    async fn each_is_told_once_of_what_concerns_them_whoever_follows(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let otto = hire(&t, &boss, "otto", &[Role::Technician]).await;
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        assert!(tell(&t).await > 0);
        assert_eq!(kinds(&t, &dana).await, [Kind::Given, Kind::Approved]);
        assert_eq!(kinds(&t, &sam).await, [Kind::WaitsForApproval, Kind::Approved]);
        assert!(kinds(&t, &boss).await.is_empty(), "they did it themselves");
        assert!(kinds(&t, &otto).await.is_empty(), "it is none of theirs");
        assert_eq!(tell(&t).await, 0, "nothing is told twice");

        // Two processes read the same leaves; a third is killed before it writes.
        t.clock.advance(MINUTE);
        say(&t, &sam, &order, "Is it done?").await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let other = t.other_process();
        let killed = t.app.db.read(follow::look).await.unwrap();
        assert!(killed.is_some());
        drop(killed);
        let one = t.app.db.read(follow::look).await.unwrap().unwrap();
        let two = other.app.db.read(follow::look).await.unwrap().unwrap();
        assert_eq!(follow::tell(&t.app, one).await.unwrap(), 1);
        assert_eq!(follow::tell(&other.app, two).await.unwrap(), 0);
        assert_eq!(follow::follow(&other.app).await.unwrap(), 0);
        let said: Vec<String> = seen(&t, &dana).await.into_iter().map(|one| one.row.said).collect();
        assert_eq!(said.first().map(String::as_str), Some("Is it done?"), "{said:?}");

        // Making the read tables anew tells nobody anything.
        let app = t.app.clone();
        actix_web::web::block(move || tracewright::ledger::rebuild::rebuild(&app.db, &app.ledger)).await.unwrap().unwrap();
        assert_eq!(tell(&t).await, 0);
        assert_eq!(seen(&t, &dana).await.len(), 3);
    }

    async fn erased_words_go_from_everything_that_was_told_in_them(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        say(&t, &sam, &order, "@dana the key is under the mat").await;
        t.clock.advance(MINUTE);
        say(&t, &sam, &order, "@dana this may stay").await;
        tell(&t).await;
        let events = t.app.db.read(|conn| tracewright::ledger::events::read_from(conn, 0, 10_000)).await.unwrap();
        let is_first = |it: &&tracewright::ledger::Event| it.kind == "work_order.comment_added.v1";
        let gone = events.iter().find(is_first).unwrap().id.clone();
        let (ledger, project) = (t.app.ledger.clone(), boss.project);
        let erase = move |tx: &mut Tx<'_>| erasure::erase(tx, &ledger, project, &[gone], "asked for").map(drop);
        t.app.db.write(&boss.actor, erase).await.unwrap();
        tell(&t).await;
        let mentions = seen(&t, &dana).await.into_iter().filter(|one| one.kind == Kind::Mentioned);
        let said: Vec<String> = mentions.map(|one| one.row.said).collect();
        assert_eq!(said, ["@dana this may stay", ""]);
    }

    async fn a_muted_order_tells_only_what_is_said_by_name_and_a_lost_one_hides_its_words(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let otto = hire(&t, &boss, "otto", &[Role::Technician]).await;
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        tell(&t).await;
        let number = load(&t, &boss, &order).await.number.to_string();
        let refused = actions::mute_order(&t.app, &otto, &number).await;
        assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
        actions::mute_order(&t.app, &dana, &number).await.unwrap();
        say(&t, &sam, &order, "Nothing of note").await;
        say(&t, &sam, &order, "@dana look at this").await;
        tell(&t).await;
        assert_eq!(kinds(&t, &dana).await, [Kind::Given, Kind::Mentioned, Kind::Approved]);
        actions::unmute_order(&t.app, &dana, &number).await.unwrap();
        say(&t, &sam, &order, "Of note").await;
        tell(&t).await;
        assert_eq!(kinds(&t, &dana).await, [Kind::Given, Kind::Mentioned, Kind::Approved, Kind::Commented]);

        // It goes to otto: dana is told that, and sees no more of what she was told before.
        t.clock.advance(MINUTE);
        crate::harness::orders::give(&t, &boss, &order, &otto).await;
        tell(&t).await;
        let lost = seen(&t, &dana).await;
        assert_eq!(lost[0].kind, Kind::Taken);
        assert!(!lost[0].is_hidden && lost[0].row.place == "/work-orders");
        assert!(lost[1..].iter().all(|one| one.is_hidden), "{lost:?}");
        let site = site(&t).await;
        let page = Client::browser(Some(&cookie(&t, "dana@example.com").await)).get(&site, "/notices").await;
        assert!(!page.body.contains("Of note") && !page.body.contains("Trace the calls"), "{}", page.body);
        assert_eq!(kinds(&t, &otto).await, [Kind::Given]);
    }

    async fn the_page_marks_what_was_read_and_nothing_of_others(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        tell(&t).await;
        let site = site(&t).await;
        let danas = Client::browser(Some(&cookie(&t, "dana@example.com").await));
        let sams = Client::browser(Some(&cookie(&t, "sam@example.com").await));
        let page = danas.get(&site, "/notices").await.body;
        for words in ["gave you", "Trace the calls", "Mark all read", "2 notices", "Mute "] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let notice = seen(&t, &dana).await[0].row.notice_id.clone();
        let form = format!("notice={notice}");
        assert_eq!(sams.post(&site, "/notices/open", &form).await.status, StatusCode::NOT_FOUND);
        let opened = danas.post(&site, "/notices/open", &form).await;
        let number = load(&t, &boss, &order).await.number.to_string();
        assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, format!("/work-orders/{number}").as_str()));
        assert!(danas.get(&site, "/").await.body.contains("1 notice<"), "one is read");

        // What comes after the page was shown stays unread.
        let page = danas.get(&site, "/notices?unread=yes").await.body;
        let shown = page.split("name=\"until\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        t.clock.advance(MINUTE);
        say(&t, &sam, &order, "One more").await;
        tell(&t).await;
        assert_eq!(danas.post(&site, "/notices/read", &format!("until={shown}")).await.status, StatusCode::SEE_OTHER);
        let left: Vec<Kind> =
            seen(&t, &dana).await.into_iter().filter(|one| one.row.read_at.is_none()).map(|one| one.kind).collect();
        assert_eq!(left, [Kind::Commented]);
        let narrowed = danas.get(&site, "/notices?kind=order.given").await.body;
        assert!(narrowed.contains("gave you") && !narrowed.contains("commented on"), "{narrowed}");
        assert!(danas.get(&site, "/notices?kind=order.late").await.body.contains("No notice fits"));
    }

    async fn mail_comes_at_once_or_at_the_readers_morning_also_when_clocks_change(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let name = PersonName::parse("name", "dana").unwrap();
        let profile = NewProfile { name, zone: "Europe/Berlin".to_owned(), dates: String::new() };
        t.people.set_profile(&dana, profile).await.unwrap();
        let services = with(&t, &[("mail.url", "smtp://127.0.0.1:9"), ("mail.from", "Shop <work@example.com>")]);
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        follow::follow(&services.app).await.unwrap();
        let first = mails(&services, &dana).await;
        assert_eq!(first.len(), 1, "given comes at once, approved waits: {first:?}");
        assert_eq!(first[0].digest_of, None);

        // Clocks go forward in the night to 28 March: seven o'clock is five in UTC then.
        until(&t, "2027-03-27T12:00:00Z");
        assert!(morning::tell(&services.app).await.unwrap() > 0);
        let digests = |rows: Vec<MailRow>| rows.into_iter().filter_map(|row| row.digest_of).collect::<Vec<_>>();
        assert_eq!(digests(mails(&services, &dana).await), [at("2027-03-27T06:00:00Z")]);
        say(&t, &sam, &order, "In the afternoon").await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        follow::follow(&services.app).await.unwrap();
        until(&t, "2027-03-28T04:59:59Z");
        morning::tell(&services.app).await.unwrap();
        assert_eq!(digests(mails(&services, &dana).await).len(), 1, "not before the hour");
        until(&t, "2027-03-28T05:00:00Z");
        let other = with(&t, &[("mail.url", "smtp://127.0.0.1:9"), ("mail.from", "work@example.com")]);
        morning::tell(&services.app).await.unwrap();
        morning::tell(&other.app).await.unwrap();
        let sent = digests(mails(&services, &dana).await);
        assert_eq!(sent, [at("2027-03-28T05:00:00Z"), at("2027-03-27T06:00:00Z")]);

        // Nothing happened: nothing is sent. And while she wants quiet nothing is either, however urgent.
        until(&t, "2027-03-29T05:00:00Z");
        morning::tell(&services.app).await.unwrap();
        assert_eq!(digests(mails(&services, &dana).await).len(), 2);
        actions::quiet(&t.app, &dana, Some(at("2027-03-31T00:00:00Z"))).await.unwrap();
        say(&t, &sam, &order, "@dana now!").await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        follow::follow(&services.app).await.unwrap();
        until(&t, "2027-03-30T05:00:00Z");
        morning::tell(&services.app).await.unwrap();
        assert_eq!(mails(&services, &dana).await.len(), 3, "one at once and two digests, as before");
        until(&t, "2027-03-31T05:00:00Z");
        morning::tell(&services.app).await.unwrap();
        assert_eq!(mails(&services, &dana).await.len(), 4, "what waited comes with the first digest after it");
    }

    async fn what_is_due_or_late_is_told_once_to_whoever_has_it(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let order = take(&t, &sam, &FILE.replace("| **Status** | DRAFT |", "| **Status** | DRAFT |\n| **Due** | 2026-11-23 |")).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        tell(&t).await;
        let of_time = |kinds: Vec<Kind>| kinds.into_iter().filter(|it| matches!(it, Kind::DueTomorrow | Kind::Late)).collect::<Vec<_>>();
        for (now, danas, sams) in [
            ("2026-11-21T12:00:00Z", vec![], vec![]),
            ("2026-11-22T06:59:00Z", vec![], vec![]),
            ("2026-11-22T07:00:00Z", vec![Kind::DueTomorrow], vec![]),
            ("2026-11-23T07:00:00Z", vec![Kind::DueTomorrow], vec![]),
            ("2026-11-24T07:00:00Z", vec![Kind::DueTomorrow, Kind::Late], vec![Kind::Late]),
            ("2026-11-25T07:00:00Z", vec![Kind::DueTomorrow, Kind::Late], vec![Kind::Late]),
        ] {
            until(&t, now);
            morning::tell(&t.app).await.unwrap();
            morning::tell(&t.other_process().app).await.unwrap();
            assert_eq!(of_time(kinds(&t, &dana).await), danas, "{now}");
            assert_eq!(of_time(kinds(&t, &sam).await), sams, "{now}");
        }
    }

    async fn a_mail_server_takes_a_letter_refuses_one_for_good_and_is_asked_again(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let server = MailServer::start();
        let url = format!("smtp://127.0.0.1:{}", server.port);
        let services = with(&t, &[("mail.url", url.as_str()), ("mail.from", "Shop <work@example.com>"), ("server.public-url", "https://shop.example.com")]);
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        follow::follow(&services.app).await.unwrap();
        server.answer("451 later");
        assert!(jobs::drain(&services.app, &services.jobs).await.unwrap().contains(&Ended::Later));
        let waiting = mails(&services, &dana).await.remove(0);
        assert!(waiting.is_waiting() && waiting.why.contains("451"), "{waiting:?}");
        t.clock.advance(MINUTE);
        server.answer("250 ok");
        jobs::drain(&services.app, &services.jobs).await.unwrap();
        let sent = mails(&services, &dana).await.remove(0);
        assert_eq!((sent.state.as_str(), sent.attempts), ("sent", 2));
        let letters = server.letters();
        assert_eq!(letters.len(), 1);
        for words in [
            format!("Message-ID: <{}@example.com>", sent.mail_id).as_str(), "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "List-Unsubscribe: <https://shop.example.com/notices/unsubscribe/", "Given to you", "text/plain", "text/html", "dana@example.com",
        ] {
            assert!(letters[0].contains(words), "{words}: {}", letters[0]);
        }
        assert!(!letters[0].contains("Keys stay secret"));

        server.answer("550 no such mailbox");
        say(&t, &sam, &order, "@dana are you there?").await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        follow::follow(&services.app).await.unwrap();
        assert!(jobs::drain(&services.app, &services.jobs).await.unwrap().contains(&Ended::Dead));
        let refused = mails(&services, &dana).await.remove(0);
        assert!(refused.state == "refused" && refused.why.contains("550"), "{refused:?}");
        let site = site(&t).await;
        let page = Client::browser(Some(&cookie(&t, "dana@example.com").await)).get(&site, "/notices/settings").await.body;
        assert!(page.contains("could not be sent") && page.contains("no mail server"), "{page}");
    }

    async fn one_press_ends_all_mail_and_no_forged_link_does(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let services = with(&t, &[("mail.url", "smtp://127.0.0.1:9"), ("mail.from", "work@example.com")]);
        let site = site(&t).await;
        let token = unsubscribe::token(&t.app.keys.server_key, dana.project, dana.id());
        let forged = unsubscribe::token(&[1; 32], dana.project, dana.id());
        // A mailbox has no page of ours and sends no cookie.
        let mailbox = Client::default();
        let one_click = "List-Unsubscribe=One-Click";
        for bad in [forged.as_str(), "x", "1.x.00"] {
            let path = format!("/notices/unsubscribe/{bad}");
            assert_eq!(mailbox.get(&site, &path).await.status, StatusCode::NOT_FOUND, "{bad}");
            assert_eq!(mailbox.post(&site, &path, one_click).await.status, StatusCode::NOT_FOUND, "{bad}");
        }
        let path = format!("/notices/unsubscribe/{token}");
        assert!(mailbox.get(&site, &path).await.body.contains("No more mail?"));
        let wants = async |who: &Asker| {
            let who = who.clone();
            t.app.db.read(move |conn| reads::wishes(conn, &who)).await.unwrap().settings.mail_stopped_at.is_none()
        };
        assert!(wants(&dana).await, "looking at the link changes nothing");
        assert_eq!(mailbox.post(&site, &path, one_click).await.status, StatusCode::OK);
        assert!(!wants(&dana).await && wants(&sam).await);
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        follow::follow(&services.app).await.unwrap();
        assert!(mails(&services, &dana).await.is_empty());
        assert!(!seen(&t, &dana).await.is_empty(), "the page fills all the same");
        let kinds = [(Kind::Given, Mail::Never)].into();
        actions::choose(&t.app, &dana, Choice { digest_hour: 6, kinds, wants_mail: true }).await.unwrap();
        assert!(wants(&dana).await);
    }

    async fn a_webhook_is_told_signed_and_stopped_when_nobody_answers(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let server = HookServer::start();
        let new = NewHook { label: "Chat".to_owned(), url: format!("{}/hooks?a=1", server.url), kinds: vec!["order.given".to_owned()] };
        let (hook, secret) = actions::add_hook(&t.app, &boss, new.clone()).await.unwrap();
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        tell(&t).await;
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        let came = server.take();
        assert_eq!(came.len(), 1, "only the kind that was chosen: {came:?}");
        let body: serde_json::Value = serde_json::from_str(&came[0].body).unwrap();
        assert_eq!((body["type"].as_str(), body["data"]["about"]["id"].as_str()), (Some("order.given"), Some(order.as_str())));
        assert!(!came[0].body.contains("Trace the calls") && !came[0].body.contains("dana"), "{}", came[0].body);
        let seconds = (t.app.now().0 / 1_000_000).to_string();
        assert_eq!(came[0].header("webhook-timestamp"), seconds);
        assert_eq!(came[0].header("webhook-signature"), signed_by(&secret, &came[0]));

        // Another secret: for a day both are good, then only the new one.
        let newer = actions::rotate_secret(&t.app, &boss, &hook).await.unwrap();
        actions::test_hook(&t.app, &boss, &hook).await.unwrap();
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        let both = server.take().remove(0);
        assert_eq!(both.header("webhook-signature"), format!("{} {}", signed_by(&newer, &both), signed_by(&secret, &both)));
        t.clock.advance(DAY);
        actions::test_hook(&t.app, &boss, &hook).await.unwrap();
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        let one = server.take().remove(0);
        assert_eq!(one.header("webhook-signature"), signed_by(&newer, &one));

        // A redirect is not followed.
        t.clock.advance(MINUTE);
        server.answer("302 Found\r\nlocation: /elsewhere");
        actions::test_hook(&t.app, &boss, &hook).await.unwrap();
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        assert_eq!(server.take().len(), 1);
        let who = boss.clone();
        let standing = t.app.db.read(move |conn| reads::hooks(conn, &who)).await.unwrap().remove(0);
        assert!(standing.1[0].why.contains("redirect") && standing.0.failures == 1, "{:?}", standing.1);

        // An outage of a moment stops nothing, however much was to be told in it.
        server.answer("500 Oops");
        for _ in 0..20 {
            actions::test_hook(&t.app, &boss, &hook).await.unwrap();
        }
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        let who = boss.clone();
        let standing = t.app.db.read(move |conn| reads::hooks(conn, &who)).await.unwrap().remove(0).0;
        assert!(standing.stopped_at.is_none() && standing.failures == 21, "{}: {}", standing.failures, standing.stopped_why);

        // Nobody answers for longer: it is stopped, said in the ledger, and told nothing more until somebody starts it.
        for _ in 1..8 {
            t.clock.advance(60 * MINUTE);
            jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        }
        let who = boss.clone();
        let standing = t.app.db.read(move |conn| reads::hooks(conn, &who)).await.unwrap().remove(0).0;
        assert!(standing.stopped_at.is_some() && standing.stopped_why.contains("attempts failed"), "{}", standing.stopped_why);
        server.take();
        t.clock.advance(DAY);
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        assert_eq!(server.take().len(), 0, "what waits is dropped");
        assert!(matches!(actions::test_hook(&t.app, &boss, &hook).await, Err(Error::Refused(_))));
        actions::start_hook(&t.app, &boss, &hook).await.unwrap();
        server.answer("200 OK");
        actions::test_hook(&t.app, &boss, &hook).await.unwrap();
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        assert_eq!(server.take().len(), 1);
        let events = t.app.db.read(|conn| tracewright::ledger::events::read_from(conn, 0, 10_000)).await.unwrap();
        let said: Vec<&str> = events.iter().filter(|it| it.stream_kind == "webhook").map(|it| it.kind.as_str()).collect();
        assert_eq!(said, ["webhook.added.v1", "webhook.secret_rotated.v1", "webhook.stopped.v1", "webhook.started.v1"]);
        assert!(!events.iter().any(|it| it.data().to_string().contains("whsec_")), "no secret is in the ledger");
        let mut of_hooks = events.iter().filter(|it| it.stream_kind == "webhook");
        assert!(!of_hooks.any(|it| it.data().to_string().contains("hooks?a=1")), "nor what only an address says");
        actions::remove_hook(&t.app, &boss, &hook).await.unwrap();
        assert!(matches!(actions::remove_hook(&t.app, &boss, &hook).await, Err(Error::NotFound(_))));
    }

    async fn what_waits_although_nobody_sends_it_any_more_is_ended_with_a_reason(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let services = with(&t, &[("mail.url", "smtp://127.0.0.1:9"), ("mail.from", "work@example.com")]);
        let server = HookServer::start();
        let new = NewHook { label: "Chat".to_owned(), url: server.url.clone(), kinds: vec!["order.given".to_owned()] };
        let (hook, _) = actions::add_hook(&t.app, &boss, new).await.unwrap();
        let order = take(&t, &sam, FILE).await;
        walk(&t, &boss, &dana, &order, Status::InProgress).await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        follow::follow(&services.app).await.unwrap();
        let sent = async || {
            let who = boss.clone();
            let hooks = t.app.db.read(move |conn| reads::hooks(conn, &who)).await.unwrap();
            hooks.into_iter().find(|(row, _)| row.webhook_id == hook).unwrap().1.remove(0)
        };
        assert_eq!(given_up::give_up(&t.app).await.unwrap(), 0, "both are still to be sent");
        assert!(mails(&services, &dana).await[0].is_waiting() && sent().await.is_waiting());

        // The worker was killed in the middle of the last attempt, which the queue finds out.
        let dead = "UPDATE jobs SET state = 'dead', attempts = max_attempts WHERE kind IN ('notices.mail', 'notices.webhook')";
        let kill = move |conn: &mut AnyConnection| match conn {
            AnyConnection::Sqlite(conn) => conn.batch_execute(dead),
            AnyConnection::Postgres(conn) => conn.batch_execute(dead),
        };
        t.app.db.write(&Actor::system(), move |tx| Ok(kill(tx.conn)?)).await.unwrap();
        assert!(given_up::give_up(&t.app).await.unwrap() >= 2);
        assert_eq!(given_up::give_up(&t.app).await.unwrap(), 0, "once");
        let mail = mails(&services, &dana).await.remove(0);
        assert!(mail.state == "refused" && mail.why.contains("not known") && mail.attempts == 0, "{mail:?}");
        let sent = sent().await;
        assert!(sent.state == "failed" && sent.why.contains("not known") && sent.ended_at.is_some(), "{sent:?}");
        assert_eq!(server.take().len(), 0);
    }

    async fn a_webhook_leads_nowhere_inside_unless_the_operator_allows_it(t: TestApp) {
        let boss = owner(&t).await;
        let closed = with(&t, &[]);
        let server = HookServer::start();
        for url in [server.url.as_str(), "https://127.0.0.1/x", "https://169.254.169.254/x", "https://[::1]/x"] {
            let new = NewHook { label: "In".to_owned(), url: url.to_owned(), kinds: vec!["order.given".to_owned()] };
            let refused = actions::add_hook(&closed.app, &boss, new).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{url}: {refused:?}");
        }
        // A name that leads inside by the time of the delivery is refused at the connection.
        let signed = Signed { url: server.url.clone(), id: "msg_1".to_owned(), seconds: 1, signatures: "v1,x".to_owned(), body: "{}".to_owned() };
        let sent = signed.clone();
        let answer = actix_web::web::block(move || send(&sent, Reach::Public)).await.unwrap();
        assert!(matches!(&answer, Answer::NotTaken(None, why) if why.contains("private-addresses")), "{answer:?}");
        assert_eq!(server.take().len(), 0);
        let answer = actix_web::web::block(move || send(&signed, Reach::Private)).await.unwrap();
        assert_eq!(answer, Answer::Taken(200));
    }
}

/// HMAC-SHA-256 (RFC 2104) of a message, made without any code of ours.
fn signed_by(secret: &str, came: &Came) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let pad =
        |byte: u8| -> Vec<u8> { (0..64).map(|place| key.get(place).copied().unwrap_or(0) ^ byte).collect() };
    let said = format!("{}.{}.{}", came.header("webhook-id"), came.header("webhook-timestamp"), came.body);
    let inner = Sha256::digest([pad(0x36), said.into_bytes()].concat());
    let outer = Sha256::digest([pad(0x5c), inner.to_vec()].concat());
    format!("v1,{}", STANDARD.encode(outer))
}

/// A request as it came.
#[derive(Clone, Debug)]
struct Came {
    headers: Vec<(String, String)>,
    body: String,
}

impl Came {
    fn header(&self, name: &str) -> String {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }
}

/// A server that keeps what it is sent and answers as it is told; it ends with the test's process.
struct HookServer {
    url: String,
    state: Arc<Mutex<(String, Vec<Came>)>>,
}

impl HookServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(("200 OK".to_owned(), Vec::new())));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(stream, &shared);
            }
        });
        Self { url, state }
    }

    fn answer(&self, status: &str) {
        status.clone_into(&mut self.state.lock().unwrap().0);
    }

    fn take(&self) -> Vec<Came> {
        std::mem::take(&mut self.state.lock().unwrap().1)
    }
}

fn serve(stream: TcpStream, shared: &Mutex<(String, Vec<Came>)>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut headers, mut line) = (Vec::new(), String::new());
    while reader.read_line(&mut line).unwrap_or(0) > 2 {
        if let Some((name, value)) = line.trim_end().split_once(": ") {
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        line.clear();
    }
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, it)| it.parse().unwrap());
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() || headers.is_empty() {
        return;
    }
    let mut state = shared.lock().unwrap();
    state.1.push(Came { headers, body: String::from_utf8(body).unwrap() });
    let answer = format!("HTTP/1.1 {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", state.0);
    let _ = (&stream).write_all(answer.as_bytes());
}

/// A mail server of the least kind: it says one thing to every recipient.
struct MailServer {
    port: u16,
    state: Arc<Mutex<(String, Vec<String>)>>,
}

impl MailServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(("250 ok".to_owned(), Vec::new())));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                talk(stream, &shared);
            }
        });
        Self { port, state }
    }

    fn answer(&self, line: &str) {
        line.clone_into(&mut self.state.lock().unwrap().0);
    }

    fn letters(&self) -> Vec<String> {
        self.state.lock().unwrap().1.clone()
    }
}

fn talk(stream: TcpStream, shared: &Mutex<(String, Vec<String>)>) {
    let say = |line: &str| (&stream).write_all(format!("{line}\r\n").as_bytes()).is_ok();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if !say("220 here") {
        return;
    }
    while reader.read_line(&mut line).unwrap_or(0) > 0 {
        let word = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let is_open = match word.as_str() {
            "RCPT" => say(&shared.lock().unwrap().0.clone()),
            "DATA" => {
                let is_open = say("354 go on");
                let letter = read_letter(&mut reader);
                shared.lock().unwrap().1.push(letter);
                is_open && say("250 taken")
            }
            "QUIT" => {
                say("221 bye");
                false
            }
            _ => say("250 ok"),
        };
        if !is_open {
            return;
        }
        line.clear();
    }
}

/// The lines up to the point that ends them, with soft line breaks taken out again.
fn read_letter(reader: &mut impl std::io::BufRead) -> String {
    let (mut letter, mut line) = (String::new(), String::new());
    while reader.read_line(&mut line).unwrap_or(0) > 0 && line != ".\r\n" {
        letter.push_str(&line);
        line.clear();
    }
    letter.replace("=\r\n", "").replace("\r\n ", " ")
}
