//! `GET /system`: the same figures on a page, for whoever looks after jobs.

use actix_web::http::StatusCode;
use tracewright::db::Tx;
use tracewright::db::sql::{Sql, execute};
use tracewright::foundation::{Actor, Role};

use super::{LOW, put};
use crate::guards::stage::hire;
use crate::harness::http::{Client, site};
use crate::harness::on_both;
use crate::people::owner;
use crate::people::pages::cookie;

on_both! {
    async fn health_shows_what_waits_and_says_what_was_given_up(t: TestApp) {
        let boss = owner(&t).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let quiet = client.get(&s, "/system").await;
        assert_eq!(quiet.status, StatusCode::OK, "{}", quiet.body);
        for words in ["Nothing needs somebody.", "Jobs given up", "Jobs that wait, low", "Database", "Version"] {
            assert!(quiet.body.contains(words), "{words}: {}", quiet.body);
        }
        put(&t, &boss, LOW).await;
        let give_up = Sql::new("UPDATE jobs SET state = 'dead' WHERE kind = 'test.low'");
        let write = move |tx: &mut Tx<'_>| execute(tx.conn, give_up);
        t.app.db.write(&Actor::system(), write).await.unwrap();
        let page = client.get(&s, "/system").await.body;
        for words in ["1 figure needs somebody.", "should be none", "href=\"/jobs?state=dead\">1</a>"] {
            assert!(page.contains(words), "{words}: {page}");
        }
    }

    async fn who_does_not_look_after_jobs_does_not_see_it(t: TestApp) {
        let boss = owner(&t).await;
        hire(&t, &boss, "vera", &[Role::Viewer]).await;
        let s = site(&t).await;
        let vera = Client::browser(Some(&cookie(&t, "vera@example.com").await));
        assert_eq!(vera.get(&s, "/system").await.status, StatusCode::FORBIDDEN);
        assert!(!vera.get(&s, "/fleet").await.body.contains("href=\"/system\""));
        assert!(Client::browser(None).get(&s, "/system").await.location().starts_with("/sign-in"));
    }
}
