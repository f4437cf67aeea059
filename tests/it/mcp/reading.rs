//! What can be read by its address: orders, skills with their digests, the checkpoint, proofs.

use diesel::prelude::*;
use serde_json::{Value, json};
use tracewright::db::schema::{orders, procedures};
use tracewright::db::{AnyConnection, Tx};
use tracewright::foundation::{Actor, Digest, ProjectKey, Result, Role, Timestamp};
use tracewright::ledger::sequencer::sequence_now;
use tracewright::maintenance::procedures::actions::{approve, create, draft, retire, submit};
use tracewright::work_orders::by_asset::reads as by_asset;

use crate::guards::stage::hire;
use crate::harness::{TestApp, on_both};

use super::{Bench, Speaks, another, ask, bench, call, call_traced, done, result};

const TEXT: &str = "# Round: the \"press\"\n\n## Header\n\n| Field | Value |\n|-------|-------|\n| **Type** | Preventive |\n\n## Step 1: Look\n\n- [ ] It is shut\n";

async fn read(t: &TestApp, bench: &Bench, uri: &str) -> String {
    let told = result(t, &bench.client, Speaks::Second, "resources/read", json!({ "uri": uri })).await;
    assert_eq!(told["contents"][0]["uri"], json!(uri));
    told["contents"][0]["text"].as_str().unwrap().to_owned()
}

/// A procedure without any version that was approved.
fn draft_row(tx: &mut Tx<'_>, project: ProjectKey, number: i64) -> Result<()> {
    let row = (
        procedures::project.eq(project),
        procedures::procedure_id.eq(format!("draft-{number}")),
        procedures::code.eq(format!("PR-{number:03}")),
        procedures::sequence.eq(number),
        procedures::title.eq("A draft"),
        procedures::search.eq("a draft"),
        procedures::created_at.eq(Timestamp(0)),
        procedures::updated_at.eq(Timestamp(0)),
        procedures::version.eq(1_i64),
    );
    diesel::insert_into(procedures::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// The code of what cannot be read, in each era.
async fn codes(t: &TestApp, bench: &Bench, uri: &str) -> (Value, Value) {
    let mut codes = Vec::new();
    for speaks in [Speaks::First, Speaks::Second] {
        codes.push(ask(t, &bench.client, speaks, "resources/read", json!({ "uri": uri })).await.json()["error"]["code"].clone());
    }
    (codes[0].clone(), codes[1].clone())
}

on_both! {
    async fn procedures_in_use_are_skills_whose_digests_hold(t: TestApp) {
        let bench = bench(&t).await;
        let (app, owner) = (&t.app, &bench.owner);
        let made = create::create(app, owner, String::new(), TEXT).await.unwrap();
        let list = |speaks| result(&t, &bench.client, speaks, "skills/list", json!({}));
        assert_eq!(list(Speaks::Second).await["skills"], json!([]), "a draft is no skill");
        submit::submit(app, owner, &made.procedure, 1).await.unwrap();
        approve::approve(app, owner, &made.procedure, 1, None).await.unwrap();
        let first = "skill://PR-001/v1/pr-001/SKILL.md";
        for speaks in [Speaks::First, Speaks::Second] {
            let listed = list(speaks).await;
            let entry = &listed["skills"][0];
            assert_eq!((&entry["uri"], &entry["frontmatter"]["name"]), (&json!(first), &json!("pr-001")));
            let text = read(&t, &bench, first).await;
            assert_eq!(entry["resources"][0]["digest"], json!(format!("sha256:{}", Digest::of(text.as_bytes()))));
            assert_eq!(entry["resources"][0]["size"], json!(text.len()));
            let stored = format!("sha256: \"{}\"\n", Digest::of(stored_text(&t, &bench, &made.procedure).await.as_bytes()));
            assert!(text.starts_with("---\nname: \"pr-001\"\ndescription: \"") && text.contains(&stored), "{text}");
            let got = result(&t, &bench.client, speaks, "skills/get", json!({ "uri": first })).await;
            assert_eq!(got["skill"], *entry);
        }
        // The next version is another skill; the first one stays readable for the orders that were made from it.
        draft::draft(app, owner, &made.procedure, &TEXT.replace("shut", "closed")).await.unwrap();
        submit::submit(app, owner, &made.procedure, 2).await.unwrap();
        let second = "skill://PR-001/v2/pr-001/SKILL.md";
        assert_eq!(codes(&t, &bench, second).await, (json!(-32_002), json!(-32_602)), "not before it is approved");
        approve::approve(app, owner, &made.procedure, 2, None).await.unwrap();
        assert_eq!(list(Speaks::Second).await["skills"][0]["uri"], json!(second));
        assert!(read(&t, &bench, first).await.contains("shut") && read(&t, &bench, second).await.contains("closed"));
        for odd in ["skill://PR-001/v3/pr-001/SKILL.md", "skill://PR-001/v1/other/SKILL.md", "skill://PR-009/v1/pr-009/SKILL.md"] {
            assert_eq!(codes(&t, &bench, odd).await, (json!(-32_002), json!(-32_602)), "{odd}");
        }
        retire::retire(app, owner, &made.procedure, "the press was sold".to_owned()).await.unwrap();
        assert_eq!(list(Speaks::Second).await["skills"], json!([]));
    }

    async fn what_an_agent_has_claimed_stands_with_its_asset(t: TestApp) {
        let bench = bench(&t).await;
        done(&call(&t, &bench, "claim", json!({ "order": bench.number })).await);
        let name = |tx: &mut Tx<'_>| {
            Ok(diesel::update(orders::table).set(orders::asset_key.eq("fil-1")).execute(tx.conn)?)
        };
        t.app.db.write(&Actor::system(), name).await.unwrap();
        let dana = hire(&t, &bench.owner, "dana", &[Role::Technician]).await;
        for (who, own) in [(&bench.agent, 1), (&dana, 0)] {
            let (project, account) = (who.project, who.id().to_owned());
            let read = move |conn: &mut AnyConnection| {
                let counts = by_asset::counts(conn, project, Some(&account), Timestamp(0))?;
                let keys = ["fil-1".to_owned()];
                let found = by_asset::list(conn, project, &keys, Some(&account), by_asset::Which::Open, 10)?;
                Ok((counts.get("fil-1").map_or(0, |it| it.open), found.1))
            };
            assert_eq!(t.app.db.read(read).await.unwrap(), (own, own), "{}", who.actor.name);
        }
    }

    async fn a_skill_stands_behind_no_drafts_however_many_there_are(t: TestApp) {
        let bench = bench(&t).await;
        let (app, owner) = (&t.app, &bench.owner);
        let made = create::create(app, owner, String::new(), TEXT).await.unwrap();
        submit::submit(app, owner, &made.procedure, 1).await.unwrap();
        approve::approve(app, owner, &made.procedure, 1, None).await.unwrap();
        let project = owner.project;
        let write = move |tx: &mut Tx<'_>| {
            diesel::update(procedures::table).set(procedures::sequence.eq(9_000_i64)).execute(tx.conn)?;
            for number in 2..510_i64 {
                draft_row(tx, project, number)?;
            }
            Ok(())
        };
        app.db.write(&Actor::system(), write).await.unwrap();
        let listed = result(&t, &bench.client, Speaks::Second, "skills/list", json!({})).await;
        assert_eq!(listed["skills"][0]["uri"], json!("skill://PR-001/v1/pr-001/SKILL.md"), "{listed}");
        assert_eq!(listed["skills"].as_array().unwrap().len(), 1);
    }

    async fn orders_are_read_by_whoever_may_see_them(t: TestApp) {
        let bench = bench(&t).await;
        let number = bench.number.clone();
        let uri = format!("order://{number}");
        assert_eq!(codes(&t, &bench, &uri).await, (json!(-32_002), json!(-32_602)), "not before it is claimed");
        done(&call(&t, &bench, "claim", json!({ "order": number })).await);
        assert!(read(&t, &bench, &uri).await.contains("Wrap the calls"));
        let whole: Value = serde_json::from_str(&read(&t, &bench, &format!("{uri}/order.json")).await).unwrap();
        assert_eq!(whole["steps"][0]["items"][0]["place"], json!("1.1"));
        let (_, own) = another(&t, &bench.owner, &bench.agent).await;
        let dana = hire(&t, &bench.owner, "dana", &[Role::Technician]).await;
        let (_, hidden) = another(&t, &bench.owner, &dana).await;
        let listed = result(&t, &bench.client, Speaks::Second, "resources/list", json!({})).await;
        let uris: Vec<&str> = listed["resources"].as_array().unwrap().iter().map(|it| it["uri"].as_str().unwrap()).collect();
        assert!(uris.contains(&"checkpoint://latest") && uris.contains(&format!("order://{own}").as_str()), "{uris:?}");
        assert!(uris.contains(&uri.as_str()), "what it has claimed is its own: {uris:?}");
        assert!(!listed.to_string().contains(&hidden), "{listed}");
        let templates = result(&t, &bench.client, Speaks::First, "resources/templates/list", json!({})).await;
        assert_eq!(templates["resourceTemplates"].as_array().unwrap().len(), 4);
    }

    async fn a_record_is_proven_to_whoever_may_see_its_order(t: TestApp) {
        let bench = bench(&t).await;
        done(&call(&t, &bench, "claim", json!({ "order": bench.number })).await);
        let ticked = call_traced(&t, &bench, "tick", json!({ "order": bench.number, "target": "1.1" })).await;
        let events = done(&ticked)["events"].as_array().unwrap().clone();
        let address = events.last().unwrap()["proof"].as_str().unwrap().to_owned();
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        assert!(read(&t, &bench, &address).await.starts_with("c2sp.org/tlog-proof@v1\n"));
        let checkpoint = read(&t, &bench, "checkpoint://latest").await;
        assert!(checkpoint.contains('\u{2014}'), "a signed note: {checkpoint}");
        // A record of another order is none of this one.
        let dana = hire(&t, &bench.owner, "dana", &[Role::Technician]).await;
        let (hidden, number) = another(&t, &bench.owner, &dana).await;
        let event = address.rsplit('/').next().unwrap();
        assert_eq!(codes(&t, &bench, &format!("proof://{number}/{event}")).await.1, json!(-32_602));
        let (project, id) = (bench.owner.project, hidden);
        let history = t.app.db.read(move |conn| tracewright::work_orders::reads::history(conn, project, &id, None)).await.unwrap();
        let foreign = format!("proof://{}/{}", bench.number, history[0].id);
        assert_eq!(codes(&t, &bench, &foreign).await.1, json!(-32_602));
    }
}

async fn stored_text(t: &TestApp, bench: &Bench, procedure: &str) -> String {
    let (project, id) = (bench.owner.project, procedure.to_owned());
    let read =
        move |conn: &mut AnyConnection| tracewright::maintenance::procedures::reads::load(conn, project, &id);
    t.app.db.read(read).await.unwrap().find(1).unwrap().text.clone()
}
