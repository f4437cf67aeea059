//! Procedures on both databases: from a draft to an order and back, who may what, and what pages and other projects see.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::actions::retire::retire as retire_asset;
use tracewright::assets::model::Facts;
use tracewright::db::schema::orders;
use tracewright::db::{AnyConnection, Tx};
use tracewright::foundation::{Actor, ActorKind, Asker, Digest, Error, Role, Timestamp};
use tracewright::ledger::rebuild;
use tracewright::maintenance::procedures::actions::{
    approve, change, copy_order, create, draft, make_order, rename, retire, return_version, submit, take_up,
    withdraw,
};
use tracewright::maintenance::procedures::model::{Procedure, Standing, day_of};
use tracewright::maintenance::procedures::reads;
use tracewright::order_settings::policies::{self, PolicyChange};
use tracewright::people::model::{ProjectId, ProjectName};
use tracewright::work_orders::actions::edit_plan::edit_plan;
use tracewright::work_orders::actions::tick;
use tracewright::work_orders::editing::Edit;
use tracewright::work_orders::model::{AskKind, Priority, Status, TypeClass};
use tracewright::work_orders::reads as order_reads;

use crate::guards::stage::{agent, hire, load, owner, take};
use crate::harness::http::{Client, site};
use crate::harness::orders::walk;
use crate::harness::{DAY, TestApp, on_both};
use crate::people::pages::cookie;

const TEXT: &str = "# Round of the press\n\n## Header\n\n| Field | Value |\n|-------|-------|\n| **Type** | Preventive |\n\
    | **Priority** | MEDIUM |\n\n## Safety Notes\n\n- The plate is hot\n\n## Step 1: Look\n\n- [ ] It is shut\n- [ ] Pressure\n\n\
    ## Completion Criteria\n\n- It holds 6 bar\n\n\
    <!-- What the parts of this work order ask for\n{\n\
    \"1.2\": {\"asks\":{\"kind\":\"number\",\"unit\":\"bar\",\"least\":\"0\",\"most\":\"6.5\",\"outside_fails\":true,\"options\":[]}}\n}\n-->\n";

async fn read(t: &TestApp, who: &Asker, id: &str) -> Procedure {
    let (project, id) = (who.project, id.to_owned());
    t.app.db.read(move |conn| reads::load(conn, project, &id)).await.unwrap()
}

fn standing(t: &TestApp, procedure: &Procedure, number: u32) -> Standing {
    procedure.standing(procedure.find(number).unwrap(), t.app.now())
}

async fn is_as_its_events_make_it(t: &TestApp) {
    let app = t.app.clone();
    let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
    assert!(checked.differences.is_empty(), "{:?}", checked.differences);
}

async fn browser(t: &TestApp, name: &str) -> Client {
    Client::browser(Some(&cookie(t, &format!("{name}@example.com")).await))
}

fn form(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

fn refusal<T: std::fmt::Debug>(said: Result<T, Error>) -> String {
    match said {
        Err(Error::Refused(why)) => why.into_owned(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

on_both! {
    async fn a_procedure_goes_the_whole_way_and_orders_keep_their_version(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let app = &t.app;
        let made = create::create(app, &dana, String::new(), TEXT).await.unwrap();
        assert_eq!(made.code, "PR-001");
        submit::submit(app, &dana, &made.procedure, 1).await.unwrap();
        let later = Timestamp(app.now().0 + 2 * DAY);
        approve::approve(app, &sam, &made.procedure, 1, Some(later)).await.unwrap();

        // Not before its day, and then by itself.
        let procedure = read(&t, &dana, &made.procedure).await;
        assert_eq!((procedure.title.as_str(), standing(&t, &procedure, 1)), ("Round of the press", Standing::Coming));
        assert!(procedure.in_use(app.now()).is_none());
        let early = refusal(make_order::make_order(app, &dana, &made.procedure, 1).await);
        assert!(early.contains("not in use before its day"), "{early}");
        t.clock.advance(2 * DAY);
        assert_eq!(standing(&t, &procedure, 1), Standing::InUse);
        assert_eq!(procedure.find(1).unwrap().effective_from, Some(day_of(later)));
        let order = make_order::make_order(app, &dana, &made.procedure, 1).await.unwrap();

        // What the version asks for, the order asks for; ids are its own.
        let whole = load(&t, &dana, &order.order_id).await;
        let from = whole.made_from.clone().unwrap();
        assert_eq!((from.code.as_str(), from.version, from.digest, from.of_draft), ("PR-001", 1, procedure.versions[0].digest, false));
        let asked = &whole.steps[0].items[1].asks;
        assert_eq!((asked.kind, asked.unit.as_str(), asked.most.as_str(), asked.outside_fails), (AskKind::Number, "bar", "6.5", true));
        assert_eq!((whole.order_type.as_str(), whole.safety.notes.len(), whole.criteria.len()), ("Preventive", 1, 1));

        // The next version is in use; the order stays with the first.
        draft::draft(app, &dana, &made.procedure, &TEXT.replace("6.5", "7")).await.unwrap();
        submit::submit(app, &dana, &made.procedure, 2).await.unwrap();
        return_version::return_version(app, &sam, &made.procedure, 2, "say why it is 7".to_owned()).await.unwrap();
        change::change(app, &dana, &made.procedure, 2, &TEXT.replace("6.5", "6.8")).await.unwrap();
        submit::submit(app, &dana, &made.procedure, 2).await.unwrap();
        approve::approve(app, &sam, &made.procedure, 2, None).await.unwrap();
        let procedure = read(&t, &dana, &made.procedure).await;
        assert_eq!((standing(&t, &procedure, 1), standing(&t, &procedure, 2)), (Standing::Replaced, Standing::InUse));
        assert!(refusal(make_order::make_order(app, &dana, &made.procedure, 1).await).contains("replaced"));
        assert_eq!(load(&t, &dana, &order.order_id).await.made_from.unwrap().version, 1);
        let (project, id) = (dana.project, made.procedure.clone());
        let rows = app.db.read(move |conn| order_reads::made_from(conn, project, &id, None, 9)).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.procedure_version).collect::<Vec<_>>(), [Some(1)]);

        // Work that was done becomes the draft of version 3, without its ticks.
        walk(&t, &boss, &dana, &order.order_id, Status::InProgress).await;
        let whole = load(&t, &dana, &order.order_id).await;
        tick::tick(&t.services.orders, &dana, &order.order_id, whole.resolve_part("1.1").unwrap()).await.unwrap();
        let number = whole.number.to_string();
        assert_eq!(copy_order::copy_into(app, &dana, &made.procedure, &number).await.unwrap(), 3);
        let procedure = read(&t, &dana, &made.procedure).await;
        let third = procedure.find(3).unwrap();
        assert!(third.text.contains("- [ ] It is shut") && third.text.contains("6.5") && !third.text.contains("[x]"), "{}", third.text);
        assert_eq!(third.copied_from.clone().unwrap().number, number);

        let site = site(&t).await;
        let page = browser(&t, "dana").await.get(&site, "/procedures/PR-001").await.body;
        for words in [
            "Make an order from version 2", "Version 2, in use", "Version 3 is a draft", "wrote PR-001 down", "submitted version 1 for review",
            "approved version 1", "returned version 2: say why it is 7", "changed version 2", &format!("drafted version 3 from the plan of {number}"),
            &format!("/work-orders/{number}"), "Version 3 against version 2",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let shown = browser(&t, "dana").await.get(&site, &format!("/work-orders/{number}")).await.body;
        for words in ["PR-001, version 1", "/procedures/PR-001/versions/1", "Make it the next version of PR-001", "made it from procedure PR-001, version 1"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        is_as_its_events_make_it(&t).await;
    }

    async fn whoever_wrote_it_does_not_approve_it_where_its_type_is_controlled(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let relay = agent(&t, &boss, "Relay").await;
        let app = &t.app;
        let strict = PolicyChange { controlled: Some(true), ..PolicyChange::default() };
        policies::set(app, &boss, TypeClass::Preventive, strict).await.unwrap();
        let own = create::create(app, &boss, "Own".to_owned(), TEXT).await.unwrap().procedure;
        submit::submit(app, &boss, &own, 1).await.unwrap();
        assert!(refusal(approve::approve(app, &boss, &own, 1, None).await).contains("controlled"));
        approve::approve(app, &sam, &own, 1, None).await.unwrap();

        // A program writes a draft and does no more; whoever made it is one with it.
        let drafted = create::create(app, &relay, "Relay's".to_owned(), TEXT).await.unwrap().procedure;
        let is_forbidden = |said: Result<Vec<tracewright::ledger::Event>, Error>| matches!(said, Err(Error::Forbidden(_)));
        assert!(is_forbidden(submit::submit(app, &relay, &drafted, 1).await));
        assert!(is_forbidden(submit::submit(app, &dana, &drafted, 1).await), "somebody else's draft");
        assert!(is_forbidden(withdraw::withdraw(app, &dana, &drafted, 1, "not mine".to_owned()).await));
        submit::submit(app, &boss, &drafted, 1).await.unwrap();
        assert!(is_forbidden(approve::approve(app, &relay, &drafted, 1, None).await));
        assert!(is_forbidden(approve::approve(app, &dana, &drafted, 1, None).await));
        assert!(refusal(approve::approve(app, &boss, &drafted, 1, None).await).contains("Ask another supervisor"));
        let site = site(&t).await;
        let page = browser(&t, "owner").await.get(&site, "/procedures/PR-002/versions/1").await.body;
        assert!(page.contains("drafted by an agent") && page.contains("cannot approve it") && !page.contains("Approve version 1"), "{page}");
        let page = browser(&t, "sam").await.get(&site, "/procedures/PR-002/versions/1").await.body;
        assert!(page.contains("Approve version 1"), "{page}");
        approve::approve(app, &sam, &drafted, 1, None).await.unwrap();

        // Where the type is not controlled, a team of one goes all the way.
        policies::set(app, &boss, TypeClass::Preventive, PolicyChange { controlled: Some(false), ..PolicyChange::default() }).await.unwrap();
        let alone = create::create(app, &boss, "Alone".to_owned(), TEXT).await.unwrap();
        assert_eq!(alone.code, "PR-003");
        submit::submit(app, &boss, &alone.procedure, 1).await.unwrap();
        approve::approve(app, &boss, &alone.procedure, 1, None).await.unwrap();
        is_as_its_events_make_it(&t).await;
    }

    async fn a_retired_procedure_makes_no_orders_and_what_was_thrown_away_stays_on_record(t: TestApp) {
        let boss = owner(&t).await;
        let app = &t.app;
        let made = create::create(app, &boss, String::new(), TEXT).await.unwrap();
        let id = made.procedure.as_str();
        withdraw::withdraw(app, &boss, id, 1, "written twice".to_owned()).await.unwrap();
        draft::draft(app, &boss, id, TEXT).await.unwrap();
        assert!(refusal(draft::draft(app, &boss, id, TEXT).await).contains("Version 2 is not settled"));
        // A draft can be edited as an order, which says that it is one of a draft and counts for nothing else.
        let rita = hire(&t, &boss, "rita", &[Role::Requester]).await;
        let said = make_order::make_order(app, &rita, id, 2).await;
        assert!(matches!(said, Err(Error::Forbidden(_))), "whoever writes no procedures: {said:?}");
        let edited = make_order::make_order(app, &boss, id, 2).await.unwrap();
        let order = load(&t, &boss, &edited.order_id).await;
        assert!(order.made_from.as_ref().is_some_and(|from| from.of_draft));
        assert_eq!(copy_order::copy_into(app, &boss, id, order.number.as_str()).await.unwrap(), 2);
        submit::submit(app, &boss, id, 2).await.unwrap();
        approve::approve(app, &boss, id, 2, None).await.unwrap();
        rename::rename(app, &boss, id, "Round of both presses".to_owned()).await.unwrap();
        retire::retire(app, &boss, id, "the press was sold".to_owned()).await.unwrap();
        assert!(refusal(make_order::make_order(app, &boss, id, 2).await).contains("retired"));
        take_up::take_up(app, &boss, id, "it came back".to_owned()).await.unwrap();
        make_order::make_order(app, &boss, id, 2).await.unwrap();
        let who = boss.clone();
        let now = app.now();
        let listed = app.db.read(move |conn| reads::list(conn, &who, "both", now, 9)).await.unwrap();
        assert_eq!(listed.iter().map(|it| (it.row.code.as_str(), it.orders)).collect::<Vec<_>>(), [("PR-001", 1)]);
        let bad = create::create(app, &boss, String::new(), "").await;
        assert!(matches!(bad, Err(Error::Invalid(_))));
        assert_eq!(create::create(app, &boss, String::new(), TEXT).await.unwrap().code, "PR-002", "no code is missing");
        is_as_its_events_make_it(&t).await;
    }

    async fn an_order_made_by_hand_names_its_asset_as_any_new_one_and_a_retired_asset_gets_none(t: TestApp) {
        let boss = owner(&t).await;
        let app = &t.app;
        let facts = Facts { name: "The press".to_owned(), ..Facts::default() };
        create_asset(app, &boss, NewAsset { code: "press-7".to_owned(), facts, parent: String::new() }).await.unwrap();
        let text = TEXT.replace("| **Priority**", "| **Asset** | Some press (PRESS-7) |\n| **Priority**");
        let id = create::create(app, &boss, String::new(), &text).await.unwrap().procedure;
        submit::submit(app, &boss, &id, 1).await.unwrap();
        approve::approve(app, &boss, &id, 1, None).await.unwrap();
        let made = make_order::make_order(app, &boss, &id, 1).await.unwrap();
        let asset = load(&t, &boss, &made.order_id).await.asset.unwrap();
        assert_eq!((asset.name.as_str(), asset.tag.as_str()), ("The press", "press-7"));
        retire_asset(app, &boss, "press-7", "it was sold").await.unwrap();
        let said = make_order::make_order(app, &boss, &id, 1).await;
        assert!(matches!(&said, Err(Error::Invalid(errors)) if errors.get("tag").is_some()), "{said:?}");
    }

    async fn pages_show_the_plan_before_it_is_saved_and_keep_what_was_typed(t: TestApp) {
        let boss = owner(&t).await;
        hire(&t, &boss, "vera", &[Role::Viewer]).await;
        let site = site(&t).await;
        let mine = browser(&t, "owner").await;
        let empty = mine.get(&site, "/procedures").await.body;
        assert!(empty.contains("No procedures yet") && empty.contains("/procedures/new") && empty.contains("Make it a procedure"), "{empty}");
        let seen = mine.post(&site, "/procedures/new", &form(&[("text", TEXT), ("title", "Mine"), ("op", "preview")])).await;
        assert_eq!(seen.status, StatusCode::OK);
        for words in ["The plan as it will be read", "1 step, 2 items, 1 criterion, 1 safety note", "0 to 6.5 bar", "value=\"Mine\""] {
            assert!(seen.body.contains(words), "{words}: {}", seen.body);
        }
        let long = "x".repeat(201);
        let refused = mine.post(&site, "/procedures/new", &form(&[("text", TEXT), ("title", &long), ("op", "save")])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(&long) && refused.body.contains("It is shut"), "{}", refused.body);
        let made = mine.post(&site, "/procedures/new", &form(&[("text", TEXT), ("op", "save")])).await;
        assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/procedures/PR-001/versions/1"));
        let text = mine.get(&site, "/procedures/PR-001/versions/1/markdown").await;
        assert_eq!(text.body, TEXT, "byte for byte");
        let next = mine.get(&site, "/procedures/PR-001/versions/new").await;
        assert_eq!(next.location(), "/procedures/PR-001/versions/1", "one version is written at a time");
        assert_eq!(mine.post(&site, "/procedures/PR-001/versions/1/submit", "x=1").await.status, StatusCode::SEE_OTHER);
        let unseen = mine.post(&site, "/procedures/PR-001/versions/1/approve", "effective_from=").await;
        assert_eq!(unseen.status, StatusCode::CONFLICT, "nothing says what was looked at: {}", unseen.body);
        let seen = Digest::of(TEXT.as_bytes()).to_hex();
        let asked = form(&[("effective_from", "2020-01-01"), ("seen", &seen)]);
        let past = mine.post(&site, "/procedures/PR-001/versions/1/approve", &asked).await;
        assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", past.body);
        let approved = mine.post(&site, "/procedures/PR-001/versions/1/approve", &form(&[("seen", &seen)])).await;
        assert_eq!(approved.location(), "/procedures/PR-001");
        let order = mine.post(&site, "/procedures/PR-001/versions/1/make-order", "x=1").await;
        assert!(order.location().starts_with("/work-orders/WO-"), "{}", order.body);
        let json = mine.get(&site, &format!("{}.json", order.location())).await.body;
        assert!(json.contains("\"made_from\"") && json.contains("\"PR-001\""), "{json}");

        let viewer = browser(&t, "vera").await;
        let read = viewer.get(&site, "/procedures/PR-001").await;
        assert!(read.status == StatusCode::OK && !read.body.contains("Make an order") && !read.body.contains("Rename"), "{}", read.body);
        assert_eq!(viewer.get(&site, "/procedures/new").await.status, StatusCode::FORBIDDEN);
        assert_eq!(mine.get(&site, "/procedures/PR-009").await.status, StatusCode::NOT_FOUND);
        assert_eq!(mine.get(&site, "/procedures/PR-001/versions/9").await.status, StatusCode::NOT_FOUND);
    }

    async fn what_changed_since_it_was_looked_at_is_neither_approved_nor_written_over(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let made = create::create(&t.app, &dana, String::new(), TEXT).await.unwrap();
        let (site, id) = (site(&t).await, made.procedure.as_str());
        let (sam, seen) = (browser(&t, "sam").await, Digest::of(TEXT.as_bytes()).to_hex());
        // Two people edit: the second is told, and keeps what was typed.
        let other = TEXT.replace("6.5", "7");
        change::change(&t.app, &dana, id, 1, &other).await.unwrap();
        let mine = TEXT.replace("It is shut", "It is locked");
        let typed = form(&[("text", &mine), ("op", "save"), ("seen", &seen)]);
        let lost = sam.post(&site, "/procedures/PR-001/versions/1/edit", &typed).await;
        assert_eq!(lost.status, StatusCode::CONFLICT, "{}", lost.body);
        let kept = "changed this text since you opened it";
        assert!(lost.body.contains(kept) && lost.body.contains("It is locked"), "{}", lost.body);
        let now = Digest::of(other.as_bytes()).to_hex();
        assert!(lost.body.contains(&now), "saving once more is meant: {}", lost.body);
        assert_eq!(read(&t, &dana, id).await.versions[0].text, other);
        // An old page approves, returns and submits nothing; one of this text does.
        let old = form(&[("seen", &seen), ("reason", "a good reason")]);
        let submit = "/procedures/PR-001/versions/1/submit";
        assert_eq!(sam.post(&site, submit, &old).await.status, StatusCode::CONFLICT);
        submit::submit(&t.app, &dana, id, 1).await.unwrap();
        for act in ["approve", "return"] {
            let said = sam.post(&site, &format!("/procedures/PR-001/versions/1/{act}"), &old).await;
            assert!(said.status == StatusCode::CONFLICT && said.body.contains("look again"), "{act}: {}", said.body);
        }
        let page = sam.get(&site, "/procedures/PR-001/versions/1").await.body;
        assert!(page.contains(&format!("name=\"seen\" value=\"{now}\"")), "{page}");
        let approved = sam.post(&site, "/procedures/PR-001/versions/1/approve", &form(&[("seen", &now)])).await;
        assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.body);
        is_as_its_events_make_it(&t).await;
    }

    async fn an_order_is_not_copied_over_words_of_a_draft_that_it_does_not_have(t: TestApp) {
        let boss = owner(&t).await;
        let app = &t.app;
        let id = create::create(app, &boss, String::new(), TEXT).await.unwrap().procedure;
        let edited = make_order::make_order(app, &boss, &id, 1).await.unwrap();
        let number = load(&t, &boss, &edited.order_id).await.number.to_string();
        // Somebody writes on in the draft while it is edited as an order.
        let other = TEXT.replace("It is shut", "It is locked and tagged");
        change::change(app, &boss, &id, 1, &other).await.unwrap();
        let why = refusal(copy_order::copy_into(app, &boss, &id, &number).await);
        assert!(why.contains("Version 1 is a draft with words of") && why.contains(&number), "{why}");
        assert_eq!(read(&t, &boss, &id).await.versions[0].text, other);
        // From the text as it is now it can be, and again; another order has none of these words.
        let edited = make_order::make_order(app, &boss, &id, 1).await.unwrap().order_id;
        let number = load(&t, &boss, &edited).await.number.to_string();
        for priority in [Priority::High, Priority::Low] {
            let edits = vec![Edit::Priority(priority)];
            edit_plan(&t.services.orders, &boss, &edited, edits, String::new()).await.unwrap();
            assert_eq!(copy_order::copy_into(app, &boss, &id, &number).await.unwrap(), 1);
        }
        let text = read(&t, &boss, &id).await.versions[0].text.clone();
        assert!(text.contains("locked and tagged") && text.to_lowercase().contains("| low"), "{text}");
        let strange = take(&t, &boss, &TEXT.replace("6.5", "9")).await;
        let strange = load(&t, &boss, &strange).await.number.to_string();
        assert!(refusal(copy_order::copy_into(app, &boss, &id, &strange).await).contains(&strange));
        withdraw::withdraw(app, &boss, &id, 1, "the order says it better".to_owned()).await.unwrap();
        assert_eq!(copy_order::copy_into(app, &boss, &id, &strange).await.unwrap(), 2);
        is_as_its_events_make_it(&t).await;
    }

    async fn whoever_planned_an_order_wrote_the_version_of_it_and_its_number_is_told_to_those_who_see_it(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        hire(&t, &boss, "rita", &[Role::Requester]).await;
        let app = &t.app;
        let strict = PolicyChange { controlled: Some(true), ..PolicyChange::default() };
        policies::set(app, &boss, TypeClass::Preventive, strict).await.unwrap();
        let order = take(&t, &boss, TEXT).await;
        let number = load(&t, &boss, &order).await.number.to_string();
        let made = copy_order::copy_order(app, &sam, &number).await.unwrap();
        let procedure = read(&t, &sam, &made.procedure).await;
        assert!(procedure.versions[0].writers.iter().any(|it| it == boss.id()), "{:?}", procedure.versions[0].writers);
        submit::submit(app, &sam, &made.procedure, 1).await.unwrap();
        assert!(refusal(approve::approve(app, &boss, &made.procedure, 1, None).await).contains("controlled"));
        // Nor does the way over an order that was made from a draft take the words from their writer.
        let own = create::create(app, &boss, "Own".to_owned(), TEXT).await.unwrap().procedure;
        let edited = make_order::make_order(app, &sam, &own, 1).await.unwrap().number.to_string();
        let again = copy_order::copy_order(app, &sam, &edited).await.unwrap().procedure;
        submit::submit(app, &sam, &again, 1).await.unwrap();
        assert!(refusal(approve::approve(app, &boss, &again, 1, None).await).contains("controlled"));
        let site = site(&t).await;
        let (sam, rita) = (browser(&t, "sam").await, browser(&t, "rita").await);
        for path in ["/procedures/PR-001", "/procedures/PR-001/versions/1"] {
            assert!(sam.get(&site, path).await.body.contains(&number), "{path}");
            let page = rita.get(&site, path).await;
            assert!(page.status == StatusCode::OK && !page.body.contains(&number), "{path}: {}", page.body);
        }
    }

    async fn a_next_version_does_not_take_back_one_that_came_while_it_was_written(t: TestApp) {
        let boss = owner(&t).await;
        let app = &t.app;
        let id = create::create(app, &boss, String::new(), TEXT).await.unwrap().procedure;
        submit::submit(app, &boss, &id, 1).await.unwrap();
        approve::approve(app, &boss, &id, 1, None).await.unwrap();
        let (site, mine) = (site(&t).await, browser(&t, "owner").await);
        let seen = Digest::of(TEXT.as_bytes()).to_hex();
        let new = "/procedures/PR-001/versions/new";
        assert!(mine.get(&site, new).await.body.contains(&format!("name=\"seen\" value=\"{seen}\"")));
        let other = TEXT.replace("6.5", "7");
        draft::draft(app, &boss, &id, &other).await.unwrap();
        let typed = |seen: &str| form(&[("text", &TEXT.replace("It is shut", "It is locked")), ("seen", seen), ("op", "save")]);
        let open = mine.post(&site, new, &typed(&seen)).await;
        assert!(open.status == StatusCode::CONFLICT && open.body.contains("It is locked"), "{}", open.body);
        submit::submit(app, &boss, &id, 2).await.unwrap();
        approve::approve(app, &boss, &id, 2, None).await.unwrap();
        let late = mine.post(&site, new, &typed(&seen)).await;
        assert!(late.status == StatusCode::CONFLICT && late.body.contains("Version 2 came since you began"), "{}", late.body);
        assert_eq!(read(&t, &boss, &id).await.versions.len(), 2);
        let now = Digest::of(other.as_bytes()).to_hex();
        assert!(late.body.contains(&now) && late.body.contains("It is locked"), "{}", late.body);
        let meant = mine.post(&site, new, &typed(&now)).await;
        assert_eq!(meant.location(), "/procedures/PR-001/versions/3", "{}", meant.body);
    }

    async fn a_page_with_more_orders_than_it_lists_says_so(t: TestApp) {
        let boss = owner(&t).await;
        let id = create::create(&t.app, &boss, String::new(), TEXT).await.unwrap().procedure;
        submit::submit(&t.app, &boss, &id, 1).await.unwrap();
        approve::approve(&t.app, &boss, &id, 1, None).await.unwrap();
        let (site, mine) = (site(&t).await, browser(&t, "owner").await);
        for (count, is_cut) in [(50, false), (1, true)] {
            for _ in 0..count {
                make_order::make_order(&t.app, &boss, &id, 1).await.unwrap();
            }
            let page = mine.get(&site, "/procedures/PR-001").await.body;
            assert_eq!(page.contains("These are the 50 that changed last."), is_cut, "{page}");
        }
    }

    async fn orders_of_a_procedure_are_those_that_one_answers_for_too(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let id = create::create(&t.app, &boss, String::new(), TEXT).await.unwrap().procedure;
        submit::submit(&t.app, &boss, &id, 1).await.unwrap();
        approve::approve(&t.app, &boss, &id, 1, None).await.unwrap();
        let made = make_order::make_order(&t.app, &boss, &id, 1).await.unwrap();
        make_order::make_order(&t.app, &boss, &id, 1).await.unwrap();
        let read = async || {
            let (project, id, own) = (boss.project, id.clone(), dana.actor.id.clone());
            let read = move |conn: &mut AnyConnection| {
                let rows = order_reads::made_from(conn, project, &id, Some(&own), 9)?;
                let by_version = order_reads::made_from_versions(conn, project, &id, Some(&own))?;
                let by_procedure = order_reads::made_from_counts(conn, project, Some(&own))?;
                Ok((rows.len(), by_version.get(&1).copied(), by_procedure.get(&id).copied()))
            };
            t.app.db.read(read).await.unwrap()
        };
        assert_eq!(read().await, (0, None, None));
        // An agent works on one of them, and dana answers for it.
        let (project, order, person) = (boss.project, made.order_id.clone(), dana.actor.id.clone());
        let answered = move |tx: &mut Tx<'_>| {
            let row = orders::table.filter(orders::project.eq(project)).filter(orders::order_id.eq(&order));
            diesel::update(row).set(orders::accountable.eq(Some(&person))).execute(tx.conn)?;
            Ok(())
        };
        t.app.db.write(&Actor::system(), answered).await.unwrap();
        assert_eq!(read().await, (1, Some(1), Some(1)));
        let page = browser(&t, "dana").await.get(&site(&t).await, "/procedures/PR-001").await.body;
        assert!(page.contains(&format!("/work-orders/{}", made.number)), "{page}");
    }

    async fn beside_the_moment_of_a_text_stands_whoever_wrote_it_then(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let id = create::create(&t.app, &boss, String::new(), TEXT).await.unwrap().procedure;
        t.clock.advance(DAY);
        change::change(&t.app, &dana, &id, 1, &TEXT.replace("6.5", "7")).await.unwrap();
        let site = site(&t).await;
        let page = browser(&t, "dana").await.get(&site, "/procedures/PR-001").await.body;
        let versions = page.split("aria-label=\"Versions\"").nth(1).and_then(|rest| rest.split("</section>").next()).unwrap();
        assert!(versions.contains("dana, "), "{versions}");
    }

    async fn another_projects_procedures_are_not_there(t: TestApp) {
        let boss = owner(&t).await;
        let (id, name) = (ProjectId::parse("project", "south").unwrap(), ProjectName::parse("project", "South").unwrap());
        let south = t.people.create_project(&Asker::operator(boss.project), id, name).await.unwrap();
        let actor = Actor { id: "there".to_owned(), kind: ActorKind::Human, name: "There".to_owned(), ..Actor::system() };
        let there = Asker::account(actor, south.key, vec![Role::Supervisor]);
        let veiled = create::create(&t.app, &there, "Veiled".to_owned(), TEXT).await.unwrap();
        assert_eq!(veiled.code, "PR-001", "each project counts for itself");
        let site = site(&t).await;
        let mine = browser(&t, "owner").await;
        assert!(!mine.get(&site, "/procedures?q=Veiled").await.body.contains("/procedures/PR-001"));
        for path in ["PR-001", "PR-001/versions/1", "PR-001/versions/1/markdown", "PR-001/versions/1/edit"] {
            assert_eq!(mine.get(&site, &format!("/procedures/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(mine.get(&site, &format!("/procedures/by-id/{}", veiled.procedure)).await.status, StatusCode::NOT_FOUND);
        for act in ["versions/1/submit", "versions/1/withdraw", "versions/1/approve", "versions/1/make-order", "retire", "rename"] {
            let answer = mine.post(&site, &format!("/procedures/PR-001/{act}"), "reason=a+good+reason&title=x").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}: {}", answer.body);
        }
        let said = submit::submit(&t.app, &boss, &veiled.procedure, 1).await;
        assert!(matches!(said, Err(Error::NotFound(_))), "{said:?}");
    }
}
