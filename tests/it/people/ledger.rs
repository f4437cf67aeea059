//! What the ledger says about people: enough to rebuild, and no secret.

use tracewright::foundation::{Asker, Role};
use tracewright::ledger::events::read_from;
use tracewright::ledger::rebuild::rebuild;

use crate::harness::on_both;

use super::*;

on_both! {
    async fn the_tables_are_remade_from_the_events_alone(t: TestApp) {
        let admin = busy_history(&t).await;
        let before = picture(&t, &admin).await;
        let (db, ledger) = (t.app.db.clone(), t.app.ledger.clone());
        actix_web::web::block(move || rebuild(&db, &ledger)).await.unwrap().unwrap();
        assert_eq!(picture(&t, &admin).await, before);
        assert!(t.people.sign_in(OWNER, PASSWORD, &visitor()).await.is_ok(), "hashes outlive a rebuild");
    }

    async fn no_event_holds_a_secret_and_no_row_a_token(t: TestApp) {
        busy_history(&t).await;
        let started = t.people.sign_in(OWNER, PASSWORD, &visitor()).await.unwrap();
        let events = t.app.db.read(|conn| read_from(conn, 0, 10_000)).await.unwrap();
        let text: String = events.iter().map(|event| event.data().to_string()).collect();
        for secret in [PASSWORD, SECRET, started.token.expose(), "$argon2", "typed-into-the-wrong-field"] {
            assert!(!text.contains(secret), "{secret}");
        }
        assert!(text.contains("relay") && text.contains(PUBLIC));
    }

    async fn a_write_that_fails_leaves_neither_event_nor_row(t: TestApp) {
        let admin = owner(&t).await;
        let before = kinds(&t).await;
        let both = NewAccount { roles: vec![Role::Viewer], ..person("new@example.com", &[]) };
        let nowhere = Asker::operator(foundation::ProjectKey(99));
        assert!(t.people.create_account(&nowhere, both).await.is_err());
        assert_eq!(kinds(&t).await, before);
        assert_eq!(members(&t, &admin).await.len(), 1);
    }
}

/// A bit of everything that can happen.
async fn busy_history(t: &TestApp) -> Asker {
    let admin = owner(t).await;
    let tech = create(&t.people, &admin, "tech@example.com", &[Role::Technician, Role::Viewer]).await.account;
    t.people.revoke_role(&admin, tech.id.clone(), Role::Viewer).await.unwrap();
    t.people.disable_account(&admin, tech.id).await.unwrap();
    t.people.create_account(&admin, agent("relay")).await.unwrap();
    let _ = t.people.sign_in("typed-into-the-wrong-field", "x", &visitor()).await;
    let project = admin.project;
    let keys = t.app.db.read(move |conn| reads::keys(conn, project)).await.unwrap();
    t.people.revoke_api_key(&admin, &keys[0].key.id).await.unwrap();
    admin
}

/// Everything projected, as text.
async fn picture(t: &TestApp, asker: &Asker) -> String {
    let project = asker.project;
    t.app
        .db
        .read(move |conn| {
            let members = format!("{:?}", reads::members(conn, project)?);
            let keys: Vec<String> = reads::keys(conn, project)?
                .iter()
                .map(|l| format!("{} {} {} {:?}", l.key.id, l.key.label, l.key.scopes(), l.key.revoked_at))
                .collect();
            Ok(format!("{members}\n{keys:?}\n{:?}", reads::projects(conn)?))
        })
        .await
        .unwrap()
}
