//! What people walking through the product stumbled over, as promises: each failed before.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::model::Facts;
use tracewright::audit::reads::judged_claims;
use tracewright::order_settings::policies::PolicyChange;
use tracewright::people::AccountId;
use tracewright::work_orders::actions::follow_up::{Asked, follow_up};
use tracewright::work_orders::model::{Priority, Target};
use tracewright::work_orders::{read, write};

use super::*;
use crate::guards::stage::{completed, go, hire, judge_one, load, running, take};
use crate::harness::http::site;
use crate::harness::on_both;

/// What the next page is told.
fn flash(answer: &Answer) -> String {
    let cookie = header(answer, "set-cookie").split_once("tw_flash=good.").unwrap().1;
    String::from_utf8(URL_SAFE_NO_PAD.decode(cookie.split(';').next().unwrap()).unwrap()).unwrap()
}

on_both! {
    async fn whoever_asked_for_work_sees_on_the_first_page_what_becomes_of_it(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let rita = hire(&t, &owner, "rita", &[Role::Requester]).await;
        let id = take(&t, &rita, stage::FILE).await;
        let number = load(&t, &owner, &id).await.number.to_string();
        let (s, requester) = (site(&t).await, browser(&t, "rita@example.com").await);
        assert!(!requester.get(&s, "/").await.body.contains("What you asked for"), "it is a draft yet");
        stage::give(&t, &owner, &id, Some(&dana)).await;
        stage::approve(&t, &owner, &id).await;
        let home = requester.get(&s, "/").await.body;
        let list = home.split("What you asked for").nth(1).unwrap();
        for words in [number.as_str(), "Approved", "dana"] {
            assert!(list.contains(words), "{words}: {list}");
        }
        // Whoever does it, and whoever sees every order, has it in other lists.
        for email in ["dana@example.com", "owner@example.com"] {
            assert!(!browser(&t, email).await.get(&s, "/").await.body.contains("What you asked for"), "{email}");
        }
    }

    async fn a_code_that_no_asset_has_is_kept_and_the_page_says_so(t: TestApp) {
        stage::owner(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner@example.com").await);
        let said = "No asset has the code NOSUCH. It is kept as words.";
        let made = boss.post(&s, "/work-orders/new", "title=Look+at+the+valve&tag=NOSUCH").await;
        saw(&made);
        assert!(flash(&made).ends_with(said), "{}", flash(&made));
        let page = header(&made, "location").trim_end_matches("/edit").to_owned();
        let facts = boss.get(&s, &page).await.body.split("<dl class=\"facts\"").nth(1).unwrap().split("</dl>").next().unwrap().to_owned();
        assert!(facts.contains(said), "{facts}");
        assert_eq!(facts.matches("NOSUCH").count(), 2, "once as the code, once in what is said: {facts}");
        let saved = boss.post(&s, &format!("{page}/plan"), "op=head&title=Look+at+the+valve&tag=NOSUCH2").await;
        assert!(flash(&saved).contains("NOSUCH2"), "{}", flash(&saved));
    }

    async fn a_follow_up_that_nobody_submitted_is_seen_by_whoever_plans_signs_and_hands_over(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let sue = hire(&t, &owner, "sue", &[Role::Supervisor]).await;
        let id = running(&t, &owner, &dana).await;
        let order = load(&t, &owner, &id).await;
        let asked = Asked {
            about: Target::Step(order.steps[1].id.clone()),
            title: "Find out why no trace came".to_owned(),
            priority: Priority::High,
            due: None,
            note: String::new(),
        };
        let made = follow_up(&t.services.orders, &dana, &id, asked).await.unwrap();
        let (number, next) = (order.number.to_string(), made.number.to_string());
        let (s, supervisor) = (site(&t).await, browser(&t, "sue@example.com").await);
        let home = supervisor.get(&s, "/").await.body;
        assert!(home.contains(&format!("follow-up of {number}, not submitted yet")), "{home}");
        let technician = browser(&t, "dana@example.com").await;
        let page = format!("/work-orders/{number}/move/completed");
        let signing = technician.get(&s, &page).await.body;
        assert!(signing.contains("still a draft") && signing.contains(&next), "{signing}");
        // Whoever looks after what somebody left finds their drafts, and may go on with them.
        t.people.disable_account(&owner, AccountId(dana.id().to_owned())).await.unwrap();
        let left = supervisor.get(&s, &format!("/people/{}/orders", dana.id())).await.body;
        assert!(left.contains("1 open order, 1 draft") && left.contains(&format!("href=\"/work-orders/{next}\"")), "{left}");
        go(&t, &sue, &made.order_id, Status::Submitted).await.unwrap();
        let left = supervisor.get(&s, &format!("/people/{}/orders", dana.id())).await.body;
        assert!(!left.contains("Drafts they wrote"), "{left}");
        assert!(!supervisor.get(&s, "/").await.body.contains("not submitted yet"));
        let signing = browser(&t, "owner@example.com").await.get(&s, &page).await;
        assert!(!signing.body.contains("still a draft"), "{}", signing.body);
    }

    async fn a_team_of_one_is_led_to_where_an_order_need_not_be_verified_and_closes_it(t: TestApp) {
        let owner = stage::owner(&t).await;
        let id = completed(&t, &owner, &owner).await;
        let number = load(&t, &owner, &id).await.number.to_string();
        let (s, client) = (site(&t).await, browser(&t, "owner@example.com").await);
        let page = format!("/work-orders/{number}");
        let bar = |body: &str| body.split("id=\"bottom-bar\"").nth(1).unwrap_or_default().to_owned();
        let shown = client.get(&s, &page).await.body;
        let rules = "href=\"/work-orders/policies/integration\"";
        assert!(shown.contains("or allow orders of this type to be closed without verification"), "{shown}");
        assert!(bar(&shown).contains(rules), "{shown}");
        let change = PolicyChange { verification_waived: Some(true), ..PolicyChange::default() };
        stage::decide_policy(&t, &owner, change).await;
        let shown = client.get(&s, &page).await.body;
        assert!(!shown.contains("or allow orders of this type"), "{shown}");
        assert!(bar(&shown).contains("/move/closed"), "and it is closed from there: {shown}");
    }

    async fn whoever_asks_for_work_writes_no_plan_and_sends_it_in_one_press(t: TestApp) {
        let owner = stage::owner(&t).await;
        let rita = hire(&t, &owner, "rita", &[Role::Requester]).await;
        let (s, requester) = (site(&t).await, browser(&t, "rita@example.com").await);
        let form = requester.get(&s, "/work-orders/new").await.body;
        assert!(form.contains("Ask for this work") && !form.contains("It is done when"), "{form}");
        assert!(requester.get(&s, "/work-orders/new?plan=1").await.body.contains("It is done when"));
        let bare = requester.post(&s, "/work-orders/new", "ask=1&title=+&details=since+Monday&priority=high").await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bare.body.contains("since Monday") && bare.body.contains("value=\"high\" selected"), "{}", bare.body);
        let asked = "ask=1&title=The+gate+sticks&details=since+Monday&asset=North+gate&priority=high";
        let sent = requester.post(&s, "/work-orders/new", asked).await;
        saw(&sent);
        let number = sent.location().trim_start_matches("/work-orders/").to_owned();
        let (project, named) = (owner.project, number.clone());
        let row = t.app.db.read(move |conn| reads::find(conn, project, &named)).await.unwrap().unwrap();
        let order = load(&t, &owner, &row.order_id).await;
        assert_eq!((order.status, order.steps.len(), order.criteria.len()), (Status::Submitted, 1, 1));
        assert!(order.is_author(rita.id()) && order.asset.is_some_and(|it| it.name == "North gate"));
        assert!(order.criteria[0].text.contains("rita"), "whoever asked sees that it is done");
        // The supervisor makes a plan of it before it is approved, and whoever plans has the whole form.
        stage::change_plan(&t, &owner, &row.order_id, "and squeaks").await;
        go(&t, &owner, &row.order_id, Status::Approved).await.unwrap();
        let full = browser(&t, "owner@example.com").await.get(&s, "/work-orders/new").await.body;
        assert!(full.contains("It is done when") && !full.contains("Ask for this work"), "{full}");
    }

    async fn work_is_asked_for_on_an_asset_by_its_code_or_name_and_its_words_stay_words(t: TestApp) {
        let owner = stage::owner(&t).await;
        hire(&t, &owner, "rita", &[Role::Requester]).await;
        let facts = Facts { name: "North gate".to_owned(), ..Facts::default() };
        let new = NewAsset { code: "Gate-01".to_owned(), facts, parent: String::new() };
        create_asset(&t.app, &owner, new).await.unwrap();
        let (s, requester) = (site(&t).await, browser(&t, "rita@example.com").await);
        let form = requester.get(&s, "/work-orders/new").await.body;
        assert!(form.contains("<option value=\"Gate-01\">North gate") && form.contains("list=\"assets\""), "{form}");
        for asked in ["gate-01", "NORTH gate"] {
            let details = "d\n\n## Step 7: X\n\n- [ ] y";
            let fields = [("ask", "1"), ("title", "It sticks"), ("details", details), ("asset", asked), ("priority", "low")];
            let sent = requester.post(&s, "/work-orders/new", &serde_urlencoded::to_string(fields).unwrap()).await;
            saw(&sent);
            assert!(flash(&sent).contains("sent for approval"));
            let (project, number) = (owner.project, sent.location().trim_start_matches("/work-orders/").to_owned());
            let row = t.app.db.read(move |conn| reads::find(conn, project, &number)).await.unwrap().unwrap();
            let order = load(&t, &owner, &row.order_id).await;
            let asset = order.asset.clone().unwrap();
            assert_eq!((asset.name.as_str(), asset.tag.as_str()), ("North gate", "Gate-01"), "{asked}");
            let again = read::read(&write::write(&order)).unwrap().taken();
            assert_eq!((again.steps, again.items), (1, 0), "{}", write::write(&order));
        }
    }

    async fn the_last_verdict_says_that_the_order_can_be_verified_and_what_was_not_shown_is_asked_for(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = completed(&t, &owner, &dana).await;
        let number = load(&t, &owner, &id).await.number.to_string();
        let (project, order) = (owner.project, id.clone());
        let claims = t.app.db.read(move |conn| judged_claims(conn, project, &order)).await.unwrap();
        let mut claims: Vec<String> = claims.into_iter().map(|it| it.claim.claim_id).collect();
        let last = claims.pop().unwrap();
        for claim in &claims {
            judge_one(&t, &mei, claim).await.unwrap();
        }
        let (s, auditor) = (site(&t).await, browser(&t, "mei@example.com").await);
        let verdict = "outcome=not_enough_information&reason=no_evidence_linked";
        let signed = auditor.post(&s, &format!("/claims/{last}/verdict"), verdict).await;
        saw(&signed);
        let said = flash(&signed);
        assert!(said.contains(&format!("Every claim of {number} has a verdict")), "{said}");
        tracewright::ledger::sequencer::sequence_now(&t.app.db, &t.app.log).await.unwrap();
        for page in [format!("/work-orders/{number}"), format!("/trust/work-orders/{number}")] {
            let shown = auditor.get(&s, &page).await.body;
            assert!(!shown.contains("judged by an independent auditor"), "{page}: {shown}");
            assert!(!shown.contains("<b>Have "), "they are judged: {page}: {shown}");
        }
    }
}
