//! R37 to R39: who gets in, what they see, and who has read what may hurt them.

use actix_web::http::{Method, StatusCode};
use tracewright::foundation::{Action, Grant, Role, permission};
use tracewright::people::AccountId;
use tracewright::router;
use tracewright::web::Access;
use tracewright::work_orders::actions::acknowledge::acknowledge;
use tracewright::work_orders::actions::transition::Move;
use tracewright::work_orders::model::{HoldCode, Kind, Outcome, Status};

use crate::guards::stage::{
    FILE, approve, complete, give, go, go_with, hire, isolate, load, owner, read_safety, refusal, reword,
    running, take,
};
use crate::harness::http::{Client, site};
use crate::harness::on_both;
use crate::people::pages::{agent_key, cookie};

use super::{browser, events, form};

/// A pattern with `none` for each parameter.
fn address(pattern: &str) -> String {
    let mut parts = pattern.split('{');
    let start = parts.next().unwrap_or_default().to_owned();
    parts.fold(start, |path, part| format!("{path}none{}", part.split_once('}').map_or("", |(_, rest)| rest)))
}

on_both! {
    async fn r37_whoever_holds_nothing_gets_in_nowhere(t: TestApp) {
        let admin = owner(&t).await;
        // Somebody signed in whose every role was taken away, an agent's key, and nobody at all.
        let noa = hire(&t, &admin, "noa", &[Role::Supervisor, Role::Auditor]).await;
        let bare = browser(&t, "noa").await;
        for role in [Role::Supervisor, Role::Auditor] {
            t.people.revoke_role(&admin, AccountId(noa.actor.id.clone()), role).await.unwrap();
        }
        let key = agent_key(&t, &admin).await;
        let agent = Client::with_key(key.public.as_str(), key.secret.expose());
        let (s, nobody) = (site(&t).await, Client::browser(None));
        let before = events(&t).await.len();
        let (mut closed, table) = (0, router::table());
        for spec in table.specs().iter().filter(|spec| spec.access != Access::Public) {
            let (path, sent) = (address(spec.path), (spec.method == Method::POST).then_some("x=1"));
            let to_nobody = nobody.send(&s, spec.method.clone(), &path, sent).await;
            let is_sent_away = to_nobody.status == StatusCode::UNAUTHORIZED || to_nobody.location().starts_with("/sign-in");
            assert!(is_sent_away, "{} {path} for nobody: {}", spec.method, to_nobody.status);
            let actions: &[Action] = match &spec.access {
                Access::May(action) => std::slice::from_ref(action),
                Access::MayOneOf(actions) => actions,
                _ => {
                    // What needs no role is one's own, or decides by itself what it shows of whose.
                    let own = ["/account/", "/mentions/open", "/notices/", "/saved-filters", "/review/blind", "/sign-out", "/api/v1/handoffs/validate"];
                    let is_own = spec.method != Method::POST || own.iter().any(|begin| spec.path.starts_with(begin));
                    let held = ["/work-orders", "/procedures", "/schedules", "/people", "/ledger", "/jobs", "/links"];
                    let is_held = held.iter().any(|begin| spec.path.starts_with(begin));
                    assert!(spec.access == Access::ApiKey || (is_own && !is_held), "{} {} asks for no role", spec.method, spec.path);
                    continue;
                }
            };
            closed += 1;
            let to_bare = bare.send(&s, spec.method.clone(), &path, sent).await;
            let is_refused = [StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&to_bare.status) || to_bare.location().starts_with("/sign-in");
            assert!(is_refused, "{} {path} for whoever holds no role: {}", spec.method, to_bare.status);
            if actions.iter().all(|action| permission::may(&[Role::Agent], *action) == Grant::Never) {
                let to_agent = agent.send(&s, spec.method.clone(), &path, sent).await;
                assert!(to_agent.status.is_client_error(), "{} {path} for an agent: {}", spec.method, to_agent.status);
            }
        }
        assert!(closed >= 60, "{closed} routes ask for a role");
        assert_eq!(events(&t).await.len(), before, "and nothing happened");
    }

    async fn r37_the_table_is_the_one_that_was_decided(t: TestApp) {
        drop(t);
        // Whoever signs for the record, by verb; agents and admins sign for none of it.
        for (action, roles) in [
            (Action::Approve, vec![Role::Supervisor]),
            (Action::Complete, vec![Role::Technician, Role::Supervisor]),
            (Action::Verify, vec![Role::Auditor]),
            (Action::Judge, vec![Role::Auditor]),
            (Action::Close, vec![Role::Supervisor, Role::Auditor]),
            (Action::CloseUnverified, vec![Role::Supervisor]),
            (Action::Tick, vec![Role::Technician, Role::Supervisor, Role::Agent]),
            (Action::ClaimWork, vec![Role::Agent]),
            (Action::StopAgent, vec![Role::Viewer, Role::Requester, Role::Technician, Role::Supervisor, Role::Auditor, Role::Admin]),
            (Action::UndoOthersTick, vec![Role::Supervisor]),
            (Action::KeepOwnAnswer, vec![Role::Technician, Role::Supervisor]),
            (Action::ManagePeople, vec![Role::Admin]),
            (Action::SetOrderPolicy, vec![Role::Admin]),
            (Action::SetWorkingHours, vec![Role::Supervisor, Role::Admin]),
            (Action::ViewFigures, vec![Role::Viewer, Role::Supervisor, Role::Auditor, Role::Admin]),
            (Action::ApproveProcedure, vec![Role::Supervisor]),
            (Action::RetireProcedure, vec![Role::Supervisor, Role::Admin]),
            (Action::KeepSchedules, vec![Role::Supervisor, Role::Admin]),
            (Action::MakeScheduledOrder, vec![]),
            (Action::ExportBundle, vec![Role::Technician, Role::Supervisor, Role::Auditor]),
        ] {
            assert_eq!(permission::roles_for(action), roles, "{action:?}");
        }
        let unheld = Action::ALL.into_iter().filter(|action| permission::may(&[], *action) != Grant::Never).count();
        assert_eq!(unheld, 0, "no role, no grant");
    }

    async fn r38_what_is_somebody_elses_is_in_no_list_count_search_or_file(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        hire(&t, &owner, "tim", &[Role::Technician]).await;
        running(&t, &owner, &dana).await;
        let hidden = FILE.replace("Trace the calls of the parts desk", "Veiled work").replace("WO-2026-100", "WO-2026-077");
        take(&t, &owner, &hidden).await;
        let site = site(&t).await;
        let (mine, stranger) = (browser(&t, "dana").await, Client::browser(Some(&cookie(&t, "tim@example.com").await)));
        let order = "/work-orders/WO-2026-100";
        // Lists, searches and counts.
        for query in ["", "?q=WO-2026", "?status=in_progress", "?status=draft", "?q=Veiled", "?assignee=me", "?overdue=1"] {
            let list = stranger.get(&site, &format!("/work-orders{query}")).await.body;
            assert!(!list.contains("WO-2026-100") && !list.contains("WO-2026-077"), "{query}: {list}");
        }
        let list = mine.get(&site, "/work-orders").await.body;
        assert!(list.contains("WO-2026-100") && !list.contains("WO-2026-077") && !list.contains("Veiled"), "{list}");
        for address in ["/", "/review", "/review?standing=any", "/exceptions?state=any", "/knowledge"] {
            let page = stranger.get(&site, address).await;
            assert!(!page.body.contains("WO-2026-100") && !page.body.contains("Veiled"), "{address}: {}", page.body);
        }
        // The order itself in every form, and what is done to it.
        let files = ["", ".md", "/markdown", "/print", "/bundle", "/edit"];
        for file in files {
            let answer = stranger.get(&site, &format!("{order}{file}")).await;
            let none = stranger.get(&site, &format!("/work-orders/WO-1999-001{file}")).await;
            assert!(answer.status.is_client_error() && answer.status == none.status, "{file}: {} and {}", answer.status, none.status);
            assert!(!answer.body.contains("Wrap the client"), "{file}");
        }
        for file in ["", ".md", "/print", "/bundle"] {
            assert_eq!(mine.get(&site, &format!("{order}{file}")).await.status, StatusCode::OK, "{file} is one's own");
        }
        for verb in ["tick", "comment", "log", "acknowledge"] {
            let answer = stranger.post(&site, &format!("{order}/{verb}"), "target=1.1&text=x&lines=x&version=1").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{verb}");
        }
    }

    async fn r40_under_isolation_each_person_signs_on_and_off_and_nobody_is_left_behind(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        hire(&t, &owner, "sam", &[Role::Supervisor]).await;
        let id = running(&t, &owner, &dana).await;
        isolate(&t, &owner, &id).await;
        let order = load(&t, &owner, &id).await;
        let (s, page) = (site(&t).await, format!("/work-orders/{}", order.number));
        let (danas, sams) = (browser(&t, "dana").await, browser(&t, "sam").await);
        let post = async |by: &Client, path: &str, fields: &[(&str, &str)]| {
            by.send(&s, Method::POST, &format!("{page}/{path}"), Some(&form(fields))).await
        };
        let first = order.resolve_part("1.1").unwrap().to_string();
        let early = post(&danas, "tick", &[("target", &first)]).await;
        assert!(!early.status.is_redirection() && early.body.contains("Sign on first"), "{}", early.body);
        assert!(danas.get(&s, &page).await.body.contains("Nobody is signed on"));
        assert_eq!(post(&danas, "isolation/on", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(post(&sams, "isolation/on", &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(post(&danas, "tick", &[("target", &first)]).await.status, StatusCode::SEE_OTHER);
        let shown = danas.get(&s, &page).await.body;
        assert!(shown.contains("Signed on: 2") && shown.contains("cannot be completed"), "{shown}");
        let refused = refusal(complete(&t, &dana, &id, Outcome::Partial).await);
        assert!(refused.contains("Still signed on to the isolation: dana, sam"), "{refused}");
        // Only oneself, else a supervisor who says why.
        let on = load(&t, &owner, &id).await.isolation.entries;
        let (danas_id, sams_id) = (on[0].who.id.as_str(), on[1].who.id.as_str());
        let others = post(&danas, "isolation/off", &[("account", sams_id), ("reason", "sam went home")]).await;
        assert_eq!(others.status, StatusCode::FORBIDDEN);
        assert_eq!(post(&danas, "isolation/off", &[("account", danas_id)]).await.status, StatusCode::SEE_OTHER);
        let bosses = browser(&t, "owner").await;
        assert_eq!(post(&bosses, "isolation/off", &[("account", sams_id)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let told = post(&bosses, "isolation/off", &[("account", sams_id), ("reason", "sam went home")]).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
        let shown = danas.get(&s, &page).await.body;
        assert!(shown.contains("Nobody is signed on") && shown.contains("sam went home"), "{shown}");
        let next = refusal(complete(&t, &dana, &id, Outcome::Partial).await);
        assert!(!next.contains("signed on"), "{next}");
        let kinds: Vec<String> = events(&t).await.into_iter().map(|event| event.kind).collect();
        for (kind, times) in [("work_order.isolation_signed_on.v1", 2), ("work_order.isolation_signed_off.v1", 2)] {
            assert_eq!(kinds.iter().filter(|it| *it == kind).count(), times, "{kind}");
        }
    }

    async fn r39_work_begins_and_goes_on_only_once_the_present_safety_notes_are_read(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = take(&t, &owner, FILE).await;
        give(&t, &owner, &id, Some(&dana)).await;
        approve(&t, &owner, &id).await;
        let unread = refusal(go(&t, &dana, &id, Status::InProgress).await);
        assert!(unread.contains("safety notes (version 1) are not acknowledged by you"), "{unread}");
        let first = crate::guards::stage::place(&t, &dana, &id, "1.1").await;
        let ticked = tracewright::work_orders::actions::tick::tick(&t.services.orders, &dana, &id, first).await;
        assert!(refusal(ticked).contains("not acknowledged"), "a tick begins nothing either");
        acknowledge(&t.services.orders, &owner, &id, 1).await.unwrap();
        assert!(refusal(go(&t, &dana, &id, Status::InProgress).await).contains("by you"), "nobody reads for another");
        read_safety(&t, &dana, &id).await;
        go(&t, &dana, &id, Status::InProgress).await.unwrap();
        // They change while the work is held: they are to be read again before it goes on.
        go_with(&t, &dana, &id, Move { hold: Some(HoldCode::Safety), ..Move::to(Status::OnHold) }).await.unwrap();
        let changed = |now: &mut tracewright::work_orders::editing::Changed| "Keys stay secret, and so do names".clone_into(&mut now.text);
        reword(&t, &owner, &id, |it| it.kind == Kind::Safety, changed, "names are secret too").await.unwrap();
        assert_eq!(load(&t, &owner, &id).await.safety.version, 2);
        let again = refusal(go(&t, &dana, &id, Status::InProgress).await);
        assert!(again.contains("safety notes (version 2) are not acknowledged by you"), "{again}");
        assert!(acknowledge(&t.services.orders, &dana, &id, 1).await.is_err(), "the old ones are no longer to be read");
        acknowledge(&t.services.orders, &dana, &id, 2).await.unwrap();
        go(&t, &dana, &id, Status::InProgress).await.unwrap();
    }
}
