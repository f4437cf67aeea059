//! Agents as technicians on both databases: claims of two of them, stop, questions, decisions, and the trace that a tick joins.

use actix_web::http::{Method, StatusCode};
use tracewright::audit::actions::{
    NewLink, NewQuote, NewStatement, link, pin_settled, state, unlink, withdraw,
};
use tracewright::audit::reads::{links_of, pins_of};
use tracewright::audit::unknown_places::{self, Why};
use tracewright::foundation::{Asker, Error, ProjectKey, Role, Timestamp, TraceContext};
use tracewright::ledger::rebuild;
use tracewright::order_settings::policies::PolicyChange;
use tracewright::people::AccountId;
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::model::{KeyLabel, ProjectId, ProjectName, Scopes};
use tracewright::work_orders::actions::ask_person::{Question, ask_person};
use tracewright::work_orders::actions::claim::claim;
use tracewright::work_orders::actions::follow_up::{Asked, follow_up};
use tracewright::work_orders::actions::heartbeat::heartbeat;
use tracewright::work_orders::actions::record_decision::{NewDecision, record_decision};
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::actions::{answer_question, let_agent_on, release_claim, stop_agent, tick};
use tracewright::work_orders::by_asset::reads as by_asset;
use tracewright::work_orders::decide::may_act;
use tracewright::work_orders::model::{Assignee, Priority, Status};
use tracewright::work_orders::reads::{self, Filter};

use crate::field::browser;
use crate::guards::stage::{
    FILE, agent, completed, decide_policy, do_tick, give, go, hire, load, owner, place, running, send, take,
};
use crate::harness::http::{Client, site};
use crate::harness::orders::walk;
use crate::harness::{TestApp, on_both};

const SECOND: i64 = 1_000_000;
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Sam has an order in work and two agents.
struct Crew {
    owner: Asker,
    sam: Asker,
    relay: Asker,
    scribe: Asker,
    id: String,
}

async fn crew(t: &TestApp) -> Crew {
    let owner = owner(t).await;
    let sam = hire(t, &owner, "sam", &[Role::Admin, Role::Technician]).await;
    let (relay, scribe) = (agent(t, &sam, "relay").await, agent(t, &sam, "scribe").await);
    let id = running(t, &owner, &sam).await;
    Crew { owner, sam, relay, scribe, id }
}

impl Crew {
    fn under_trace(&self) -> Asker {
        self.relay.clone().in_trace(TraceContext::parse(TRACEPARENT).unwrap())
    }
}

/// The numbers of what an agent could claim now.
async fn ready(t: &TestApp, who: &Asker) -> Vec<String> {
    let (asker, now) = (who.clone(), t.app.now());
    let rows = t.app.db.read(move |conn| reads::ready(conn, &asker, now, 10)).await.unwrap();
    rows.into_iter().map(|row| row.number).collect()
}

/// How many orders have a question that waits for this person.
async fn asked(t: &TestApp, who: &Asker) -> usize {
    let asker = who.clone();
    t.app.db.read(move |conn| reads::asked_of(conn, &asker, 10)).await.unwrap().len()
}

fn rule<T: std::fmt::Debug>(result: &Result<T, Error>) -> &'static str {
    result.as_ref().err().and_then(Error::refusal).map_or("none", |refusal| refusal.rule)
}

/// A person gives it the order, stops it there, and gives the order back to whoever had it.
async fn stop_agent_before_its_first_act(t: &TestApp, owner: &Asker, id: &str, agent: &Asker) {
    give(t, owner, id, Some(agent)).await;
    stop_agent::stop_agent(&t.services.orders, owner, id, agent.id(), "not this one").await.unwrap();
}

async fn key_of(t: &TestApp, maker: &Asker, agent: &Asker) -> Client {
    let new = NewApiKey {
        label: KeyLabel::parse("label", "agent").unwrap(),
        scopes: Scopes::all(),
        account: Some(AccountId(agent.actor.id.clone())),
        expires_at: None,
        pair: None,
    };
    let key = t.people.create_api_key(maker, new).await.unwrap();
    Client::with_key(key.public.as_str(), key.secret.expose())
}

on_both! {
    async fn r41_one_agent_works_at_a_time_under_the_answer_of_a_person(t: TestApp) {
        let Crew { owner, sam, relay, scribe, id } = crew(&t).await;
        let orders = &t.services.orders;
        assert_eq!((ready(&t, &relay).await.len(), ready(&t, &scribe).await.len()), (1, 1));
        assert_eq!(ready(&t, &sam).await.len(), 0, "people claim nothing");
        claim(orders, &relay, &id, None).await.unwrap();
        let standing = load(&t, &owner, &id).await.delegation.standing().cloned().unwrap();
        assert_eq!((standing.agent.id, standing.accountable.id), (relay.actor.id.clone(), sam.actor.id.clone()));
        assert_eq!((ready(&t, &relay).await.len(), ready(&t, &scribe).await.len()), (1, 0));
        let second = claim(orders, &scribe, &id, None).await;
        assert_eq!(rule(&second), "R41");
        assert!(second.unwrap_err().to_string().contains(&standing.until.to_rfc3339()));
        // People are kept from nothing.
        do_tick(&t, &sam, &id, "1.1").await;
        let lease = heartbeat(orders, &relay, &id).await.unwrap();
        assert_eq!((lease.until, lease.is_stale), (standing.until, false), "nothing was recorded for it");
        t.clock.advance(300 * SECOND);
        assert!(heartbeat(orders, &relay, &id).await.unwrap().is_stale);
        assert_eq!(ready(&t, &scribe).await.len(), 1);
        claim(orders, &scribe, &id, Some(600)).await.unwrap();
        assert_eq!(rule(&tick::tick(orders, &relay, &id, place(&t, &owner, &id, "2.1").await).await), "R41");
        stop_agent::stop_agent(orders, &sam, &id, scribe.id(), "it asks the wrong system").await.unwrap();
        let told = heartbeat(orders, &scribe, &id).await.unwrap().stopped.unwrap();
        assert!(told.contains("it asks the wrong system"), "{told}");
        assert_eq!(rule(&claim(orders, &scribe, &id, None).await), "R41");
        assert_eq!((ready(&t, &relay).await.len(), ready(&t, &scribe).await.len()), (1, 0));
        let_agent_on::let_agent_on(orders, &owner, &id, scribe.id()).await.unwrap();
        claim(orders, &scribe, &id, None).await.unwrap();
        release_claim::release_claim(orders, &scribe, &id, "done with my part").await.unwrap();
        assert!(load(&t, &owner, &id).await.delegation.standing().is_none());
        let app = t.app.clone();
        let checked = tokio::task::spawn_blocking(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
    }

    async fn of_two_processes_that_claim_at_once_one_has_it(t: TestApp) {
        let Crew { owner, relay, scribe, id, .. } = crew(&t).await;
        let elsewhere = t.other_process();
        let (one, other) = futures_util::future::join(
            claim(&t.services.orders, &relay, &id, None),
            claim(&elsewhere.orders, &scribe, &id, None),
        )
        .await;
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let refused = if one.is_ok() { other } else { one };
        assert_eq!(rule(&refused), "R41");
        assert_eq!(load(&t, &owner, &id).await.delegation.claims.len(), 1);
    }

    async fn r41_an_agent_is_refused_with_a_rule_and_what_would_lift_it(t: TestApp) {
        let Crew { owner, relay, id, .. } = crew(&t).await;
        let orders = &t.services.orders;
        let first = place(&t, &owner, &id, "1.1").await;
        let unclaimed = tick::tick(orders, &relay, &id, first.clone()).await;
        assert_eq!(rule(&unclaimed), "R41");
        assert_eq!(unclaimed.unwrap_err().refusal().unwrap().lift, "Claim it first.");
        claim(orders, &relay, &id, None).await.unwrap();
        let bare = tick::tick(orders, &relay, &id, first).await;
        assert_eq!(rule(&bare), "R41");
        assert!(bare.unwrap_err().refusal().unwrap().lift.contains("traceparent"));
        for to in [Status::Completed, Status::Verified, Status::Closed] {
            let moved = transition(orders, &relay, &id, Move::to(to)).await;
            assert_eq!(rule(&moved), "R20", "{to:?} {moved:?}");
        }
        let elsewhere = hire(&t, &owner, "dana", &[Role::Technician]).await;
        give(&t, &owner, &id, Some(&elsewhere)).await;
        assert_eq!(rule(&claim(orders, &relay, &id, None).await), "R41", "it is nobody's of theirs any more");
    }

    async fn a_tick_under_a_trace_joins_it_before_and_after_it_comes(t: TestApp) {
        let crew = crew(&t).await;
        let (owner, relay, id) = (&crew.owner, crew.under_trace(), &crew.id);
        let orders = &t.services.orders;
        claim(orders, &relay, id, Some(1_800)).await.unwrap();
        // The same id in another project is another trace.
        let (name, label) = (ProjectId::parse("id", "south").unwrap(), ProjectName::parse("name", "South").unwrap());
        let south = t.people.create_project(&Asker::operator(ProjectKey(0)), name, label).await.unwrap().key;
        send(&t, &Asker::key(south, Scopes::all()), TRACE, &[], "a secret of the south").await;
        do_tick(&t, &relay, id, "1.1").await;
        let (project, order) = (owner.project, id.clone());
        let links = t.app.db.read(move |conn| links_of(conn, project, &order)).await.unwrap();
        assert_eq!(links.len(), 1);
        assert_eq!((links[0].trace_id.as_str(), links[0].how.as_str(), links[0].target_kind.as_str()), (TRACE, "traceparent", "item"));
        assert_eq!(evidenced(&t, owner, id).await, 0, "what has not come is no evidence yet");
        let (s, number) = (site(&t).await, load(&t, owner, id).await.number.to_string());
        let page = browser(&t, "owner@example.com").await.get(&s, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("joined by itself, not here yet") && !page.contains("secret of the south"), "{page}");
        send(&t, &crew.relay, TRACE, &[], "wrapped").await;
        assert_eq!(evidenced(&t, owner, id).await, 1);
        let page = browser(&t, "owner@example.com").await.get(&s, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("joined by itself") && !page.contains("not here yet"), "{page}");
        t.clock.advance(120 * SECOND);
        assert_eq!(pin_settled(&t.app, &Asker::system(project)).await.unwrap(), 1);
        let order = id.clone();
        assert!(!t.app.db.read(move |conn| pins_of(conn, project, &order)).await.unwrap().is_empty());
        // After it has come, and the same place again: one link each.
        do_tick(&t, &relay, id, "2.1").await;
        tracewright::work_orders::actions::undo::undo(orders, &relay, id, place(&t, owner, id, "2.1").await, String::new()).await.unwrap();
        do_tick(&t, &relay, id, "2.1").await;
        let order = id.clone();
        assert_eq!(t.app.db.read(move |conn| links_of(conn, project, &order)).await.unwrap().len(), 2);
        // A person's call under a trace joins nothing.
        let sam = crew.sam.clone().in_trace(TraceContext::parse(TRACEPARENT).unwrap());
        do_tick(&t, &sam, id, "C1").await;
        let order = id.clone();
        assert_eq!(t.app.db.read(move |conn| links_of(conn, project, &order)).await.unwrap().len(), 2);
    }

    async fn the_header_of_a_call_with_a_key_is_read_and_a_broken_one_is_passed_over(t: TestApp) {
        let crew = crew(&t).await;
        claim(&t.services.orders, &crew.relay, &crew.id, None).await.unwrap();
        let (s, order) = (site(&t).await, load(&t, &crew.owner, &crew.id).await);
        let mut client = key_of(&t, &crew.sam, &crew.relay).await;
        let number = &order.number;
        let ticks = |place: &str| format!("target={}", order.resolve_part(place).unwrap().to_string().replace(':', "%3A"));
        client.traceparent = Some("00-zz-01".to_owned());
        let bare = client.post(&s, &format!("/work-orders/{number}/tick"), &ticks("1.1")).await;
        assert_eq!(bare.status, StatusCode::CONFLICT, "no trace, no evidence: {}", bare.body);
        client.traceparent = Some(TRACEPARENT.to_owned());
        let ticked = client.post(&s, &format!("/work-orders/{number}/tick"), &ticks("1.1")).await;
        assert_eq!(ticked.status, StatusCode::SEE_OTHER, "{}", ticked.body);
        let (project, id) = (crew.owner.project, crew.id.clone());
        let links = t.app.db.read(move |conn| links_of(conn, project, &id)).await.unwrap();
        assert_eq!(links.iter().map(|link| link.trace_id.as_str()).collect::<Vec<_>>(), [TRACE]);
    }

    async fn r41_what_a_person_stopped_neither_links_states_nor_takes_away(t: TestApp) {
        let Crew { owner, relay, id, .. } = crew(&t).await;
        let orders = &t.services.orders;
        give(&t, &owner, &id, Some(&relay)).await;
        for trace in ["t-1", "t-2"] {
            send(&t, &owner, trace, &[], "valve 7: shut").await;
        }
        let target = place(&t, &owner, &id, "1.1").await;
        let named = |trace: &str| NewLink {
            order_id: id.clone(),
            target: Some(target.clone()),
            trace_id: trace.to_owned(),
            observation_id: None,
        };
        let says = |text: &str| NewStatement {
            order_id: id.clone(),
            target: target.clone(),
            text: text.to_owned(),
            quote: NewQuote {
                trace_id: "t-1".to_owned(),
                observation_id: "call".to_owned(),
                field: "output".to_owned(),
                exact: "valve 7: shut".to_owned(),
                prefix: String::new(),
                suffix: String::new(),
            },
        };
        let own = link(&t.app, &relay, named("t-1")).await.unwrap();
        let said = state(&t.app, &relay, says("Valve 7 was shut")).await.unwrap();
        let step = place(&t, &owner, &id, "1").await;
        let onward = || Asked { about: step.clone(), title: "More".to_owned(), priority: Priority::High, due: None, note: String::new() };
        stop_agent::stop_agent(orders, &owner, &id, relay.id(), "it goes astray").await.unwrap();
        let refused = [
            ("link", rule(&link(&t.app, &relay, named("t-2")).await)),
            ("state", rule(&state(&t.app, &relay, says("Valve 8 was shut")).await)),
            ("unlink", rule(&unlink(&t.app, &relay, own.clone(), "wrong".to_owned()).await)),
            ("withdraw", rule(&withdraw(&t.app, &relay, said.clone()).await)),
            ("follow up", rule(&follow_up(orders, &relay, &id, onward()).await.map(|made| made.order_id))),
        ];
        assert!(refused.iter().all(|(_, rule)| *rule == "R41"), "{refused:?}");
        let told = link(&t.app, &relay, named("t-2")).await.unwrap_err();
        assert!(told.to_string().contains("it goes astray") && told.refusal().unwrap().lift.contains("lets you on again"), "{told}");
        // Through the doors that programs come by.
        let (s, number) = (site(&t).await, load(&t, &owner, &id).await.number.to_string());
        let client = key_of(&t, &owner, &relay).await;
        let body = serde_json::json!({ "trace": "t-2", "target": "1.1" });
        let sent = client.post_json(&s, &format!("/api/v1/orders/{number}/evidence"), &body).await;
        assert!(sent.status == StatusCode::CONFLICT && sent.body.contains("\"R41\""), "{} {}", sent.status, sent.body);
        let sent = client.post(&s, &format!("/links/{own}/remove"), "reason=wrong").await;
        assert_eq!(sent.status, StatusCode::CONFLICT, "{}", sent.body);
        let sent = client.post(&s, &format!("/work-orders/{number}/link"), "trace=t-2").await;
        assert_eq!(sent.status, StatusCode::CONFLICT, "{}", sent.body);
        let_agent_on::let_agent_on(orders, &owner, &id, relay.id()).await.unwrap();
        link(&t.app, &relay, named("t-2")).await.unwrap();
        withdraw(&t.app, &relay, said).await.unwrap();
        unlink(&t.app, &relay, own, String::new()).await.unwrap();
        follow_up(orders, &relay, &id, onward()).await.unwrap();
    }

    async fn an_agent_that_has_the_work_links_nothing_while_another_is_at_it(t: TestApp) {
        let Crew { owner, sam, relay, scribe, id } = crew(&t).await;
        let orders = &t.services.orders;
        claim(orders, &scribe, &id, Some(1_800)).await.unwrap();
        let order = load(&t, &owner, &id).await;
        assert!(may_act(&order, &scribe, t.app.now()).is_ok() && may_act(&order, &sam, t.app.now()).is_ok());
        let mut given = order;
        given.assignee = Some(Assignee { account: Some(relay.actor.id.clone()), kind: Some(relay.actor.kind), name: "relay".to_owned(), code: String::new() });
        let refused = may_act(&given, &relay, t.app.now());
        assert_eq!(rule(&refused), "R41", "{refused:?}");
        t.clock.advance(1_800 * SECOND);
        assert!(may_act(&given, &relay, t.app.now()).is_ok(), "that claim is stale");
    }

    async fn what_an_agent_sends_is_linked_to_orders_of_its_own_alone(t: TestApp) {
        let Crew { owner, sam, relay, scribe, id } = crew(&t).await;
        let elsewhere = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let number = load(&t, &owner, &id).await.number.to_string();
        let tag = format!("wo:{number}/1.1");
        let linked = async |trace: &str| {
            let (project, order, trace) = (owner.project, id.clone(), trace.to_owned());
            let links = t.app.db.read(move |conn| links_of(conn, project, &order)).await.unwrap();
            links.iter().any(|link| link.trace_id == trace)
        };
        // It is given to the person who answers for it, so it could take it on.
        send(&t, &relay, "t-ready", &[&tag], "looked").await;
        assert!(linked("t-ready").await);
        stop_agent_before_its_first_act(&t, &owner, &id, &relay).await;
        send(&t, &relay, "t-stopped", &[&tag], "looked").await;
        assert!(!linked("t-stopped").await, "a person stopped it there");
        give(&t, &owner, &id, Some(&elsewhere)).await;
        send(&t, &scribe, "t-foreign", &[&tag], "looked").await;
        assert!(!linked("t-foreign").await, "it is nothing of its own");
        // The trace is kept, and says the same as of an order that is not there.
        send(&t, &scribe, "t-none", &["wo:WO-1999-001/1.1"], "looked").await;
        let told = async |who: &Asker, trace: &'static str| {
            let who = who.clone();
            let read = move |conn: &mut tracewright::db::AnyConnection| unknown_places::of_trace(conn, &who, trace, 10);
            t.app.db.read(read).await.unwrap().into_iter().map(|place| place.why).collect::<Vec<_>>()
        };
        assert_eq!((told(&scribe, "t-foreign").await, told(&scribe, "t-none").await), (vec![Why::NoOrder], vec![Why::NoOrder]));
        assert_eq!(told(&owner, "t-foreign").await, [Why::NotTaken], "people are told that it is there");
        // Keys of people and of the project are as they were.
        send(&t, &sam, "t-person", &[&tag], "looked").await;
        send(&t, &Asker::key(owner.project, Scopes::all()), "t-project", &[&tag], "looked").await;
        assert!(linked("t-person").await && linked("t-project").await);
    }

    async fn whoever_answers_for_an_agent_finds_its_orders_in_their_lists(t: TestApp) {
        let Crew { owner, sam, relay, id, .. } = crew(&t).await;
        give(&t, &owner, &id, Some(&relay)).await;
        // Seeing no more than a technician does.
        let sam = Asker::account(sam.actor.clone(), sam.project, vec![Role::Technician]);
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let listed = async |who: &Asker| {
            let who = who.clone();
            let read = move |conn: &mut tracewright::db::AnyConnection| {
                let (project, filter) = (who.project, Filter::seen_by(&who));
                let plain = reads::list(conn, project, &filter, None, 10)?.len();
                let paged = reads::sorted::count_up_to(conn, project, &filter, 10)?;
                let lane = reads::board::lane(conn, project, &filter, Status::InProgress, 10)?.len();
                let counted = reads::count(conn, project, &filter)?;
                Ok((plain, paged, lane, counted))
            };
            t.app.db.read(read).await.unwrap()
        };
        assert_eq!(listed(&sam).await, (0, 0, 0, 0), "nobody is at it yet");
        claim(&t.services.orders, &relay, &id, None).await.unwrap();
        assert_eq!((listed(&sam).await, listed(&dana).await), ((1, 1, 1, 1), (0, 0, 0, 0)));
        release_claim::release_claim(&t.services.orders, &relay, &id, "my part is done").await.unwrap();
        assert_eq!(listed(&sam).await, (1, 1, 1, 1), "they still answer for what it did");
        // And on the page of the asset, in its list as in its count.
        let named = FILE.replace("WO-2026-100", "WO-2026-101").replace("| DRAFT |", "| DRAFT |\n| **Asset** | Filler (FIL-1) |");
        let other = take(&t, &owner, &named).await;
        walk(&t, &owner, &sam, &other, Status::InProgress).await;
        give(&t, &owner, &other, Some(&relay)).await;
        claim(&t.services.orders, &relay, &other, None).await.unwrap();
        let of_asset = async |who: &Asker| {
            let who = who.clone();
            let read = move |conn: &mut tracewright::db::AnyConnection| {
                let (project, own) = (who.project, reads::own_of(&who));
                let counts = by_asset::counts(conn, project, own.as_deref(), Timestamp(0))?;
                let key = by_asset::tags(conn, project)?.remove(0).0;
                let counted = counts.get(&key).map_or(0, |it| it.open);
                let (rows, _) = by_asset::list(conn, project, &[key], own.as_deref(), by_asset::Which::Open, 10)?;
                Ok((counted, rows.len()))
            };
            t.app.db.read(read).await.unwrap()
        };
        assert_eq!((of_asset(&sam).await, of_asset(&dana).await), ((1, 1), (0, 0)));
        let number = load(&t, &owner, &id).await.number.to_string();
        let seen = t.app.db.read(move |conn| reads::visible(conn, &sam, &number).map(|row| row.order_id)).await;
        assert_eq!(seen.unwrap(), id, "as by its address");
    }

    async fn no_key_of_an_agent_takes_away_what_shows_its_work(t: TestApp) {
        let crew = crew(&t).await;
        let (owner, relay, id) = (&crew.owner, crew.under_trace(), &crew.id);
        claim(&t.services.orders, &relay, id, Some(1_800)).await.unwrap();
        do_tick(&t, &relay, id, "1.1").await;
        send(&t, &crew.relay, TRACE, &[], "wrapped").await;
        let (s, agents) = (site(&t).await, key_of(&t, &crew.sam, &crew.relay).await);
        let one = format!("/api/public/traces/{TRACE}");
        let list = format!("{{\"traceIds\":[\"{TRACE}\"]}}");
        for (path, body) in [(one.as_str(), None), ("/api/public/traces", Some(list.as_str())), ("/api/public/scores/s-1", None)] {
            let refused = agents.send(&s, Method::DELETE, path, body).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}: {}", refused.body);
            assert!(refused.body.contains("a program may not do this"), "{path}: {}", refused.body);
        }
        let me = agents.get(&s, "/api/v1/me").await.body;
        assert!(me.contains("\"send_traces\"") && !me.contains("\"erase_traces\"") && !me.contains("\"delete_score\""), "{me}");
        // A key of the project does as Langfuse has it, and the order says what became of its evidence.
        let new = NewApiKey {
            label: KeyLabel::parse("label", "project").unwrap(),
            scopes: Scopes::all(),
            account: None,
            expires_at: None,
            pair: None,
        };
        let key = t.people.create_api_key(owner, new).await.unwrap();
        let projects = Client::with_key(key.public.as_str(), key.secret.expose());
        let erased = projects.send(&s, Method::DELETE, &one, None).await;
        assert_eq!(erased.status, StatusCode::OK, "{}", erased.body);
        let number = load(&t, owner, id).await.number.to_string();
        let page = browser(&t, "owner@example.com").await.get(&s, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains(", erased on 2026-") && page.contains(" by ") && !page.contains("not here yet"), "{page}");
    }

    async fn an_agent_is_stopped_before_its_first_act(t: TestApp) {
        let Crew { owner, relay, id, .. } = crew(&t).await;
        give(&t, &owner, &id, Some(&relay)).await;
        let (s, number) = (site(&t).await, load(&t, &owner, &id).await.number.to_string());
        let boss = browser(&t, "owner@example.com").await;
        let page = boss.get(&s, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("has this work and is not at it") && page.contains("Stop relay (agent)"), "{page}");
        let stop = format!("account={}&reason=not+this+one", relay.id());
        let stopped = boss.post(&s, &format!("/work-orders/{number}/claims/stop"), &stop).await;
        assert_eq!(stopped.status, StatusCode::SEE_OTHER, "{}", stopped.body);
        assert_eq!(rule(&claim(&t.services.orders, &relay, &id, None).await), "R41");
        let page = boss.get(&s, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("not this one") && page.contains("Let on") && !page.contains("is not at it"), "{page}");
    }

    async fn a_question_that_nobody_answered_waits_for_nobody_once_its_order_has_ended(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = completed(&t, &owner, &dana).await;
        let question = Question { text: "Shall the old key be kept?".to_owned(), ..Question::default() };
        let question = ask_person(&t.services.orders, &dana, &id, question).await.unwrap();
        assert_eq!((asked(&t, &owner).await, asked(&t, &dana).await), (1, 1));
        decide_policy(&t, &owner, PolicyChange { verification_waived: Some(true), ..PolicyChange::default() }).await;
        go(&t, &owner, &id, Status::Closed).await.unwrap();
        // Nobody can answer it any more, so it is asked of nobody.
        let late = answer_question::answer_question(&t.services.orders, &owner, &id, &question, "yes").await;
        assert!(matches!(late, Err(Error::Refused(_))), "{late:?}");
        assert_eq!((asked(&t, &owner).await, asked(&t, &dana).await), (0, 0));
    }

    async fn a_question_is_answered_and_a_decision_stands_everywhere(t: TestApp) {
        let Crew { owner, sam, relay, id, .. } = crew(&t).await;
        let orders = &t.services.orders;
        claim(orders, &relay, &id, None).await.unwrap();
        let asked = Question { text: "Which <b>key</b> is meant?".to_owned(), choices: vec!["old".to_owned(), "new".to_owned()], about: None };
        let question = ask_person(orders, &relay, &id, asked).await.unwrap();
        let (s, number) = (site(&t).await, load(&t, &owner, &id).await.number.to_string());
        let hers = browser(&t, "sam@example.com").await;
        let home = hers.get(&s, "/").await.body;
        assert!(home.contains("Asked of you") && home.contains("relay (agent)") && home.contains("&#60;b&#62;key"), "{home}");
        let page = hers.get(&s, &format!("/work-orders/{number}")).await.body;
        for words in ["An agent works on this", "relay (agent)", "sam answers for it", "Stop relay (agent)", "/answer\""] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let wrong = hers.post(&s, &format!("/work-orders/{number}/questions/{question}/answer"), "answer=both").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = hers.post(&s, &format!("/work-orders/{number}/questions/{question}/answer"), "answer=new").await;
        assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.body);
        assert!(!hers.get(&s, "/").await.body.contains("Asked of you"));
        assert_eq!(reads::questions_of(&load(&t, &owner, &id).await)[0].reply.as_ref().unwrap().text, "new");
        let again = answer_question::answer_question(orders, &sam, &id, &question, "old").await;
        assert!(matches!(again, Err(Error::Refused(_))), "{again:?}");
        let decided = NewDecision { title: "Which key".to_owned(), decision: "The new one".to_owned(), reasons: "The old one is gone".to_owned(), ..NewDecision::default() };
        record_decision(orders, &relay, &id, decided).await.unwrap();
        let form = "title=Which+key&decision=Both&reasons=The+old+one+came+back&consequences=&supersedes=D-1";
        let made = hers.post(&s, &format!("/work-orders/{number}/decisions"), form).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let boss = browser(&t, "owner@example.com").await;
        for (path, words) in [
            ("", &["D-1 Which key", "superseded by D-2", "takes the place of D-1"][..]),
            ("/print", &["D-1 Which key", "superseded by D-2", "decided D-2"]),
            (".md", &["relay (agent), decision D-1: Which key", "Reasons: The old one is gone"]),
            (".json", &["\"superseded_by\"", "\"decision\":\"Both\""]),
        ] {
            let body = boss.get(&s, &format!("/work-orders/{number}{path}")).await.body;
            for word in words {
                assert!(body.contains(word), "{path}: {word}: {body}");
            }
        }
        let stopped = hers.post(&s, &format!("/work-orders/{number}/claims/stop"), &format!("account={}&reason=enough+for+now", relay.id())).await;
        assert_eq!(stopped.status, StatusCode::SEE_OTHER, "{}", stopped.body);
        let page = hers.get(&s, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("enough for now") && page.contains("Let on"), "{page}");
        let on = hers.post(&s, &format!("/work-orders/{number}/claims/let-on"), &format!("account={}", relay.id())).await;
        assert_eq!(on.status, StatusCode::SEE_OTHER, "{}", on.body);
        let agents = key_of(&t, &sam, &relay).await;
        let by_agent = agents.post(&s, &format!("/work-orders/{number}/claims/stop"), "account=x&reason=enough+for+now").await;
        assert_eq!(by_agent.status, StatusCode::FORBIDDEN);
    }
}

/// How many parts of an order have evidence.
async fn evidenced(t: &TestApp, who: &Asker, id: &str) -> usize {
    let (orders, who, id) = (t.services.orders.clone(), who.clone(), id.to_owned());
    let read = move |conn: &mut tracewright::db::AnyConnection| {
        let order = reads::load(conn, who.project, &id, None)?;
        orders.facts(conn, who.project, &order, &who.actor)
    };
    t.app.db.read(read).await.unwrap().evidence.evidenced.len()
}
