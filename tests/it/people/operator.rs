//! What the `user` and `keys` commands call.

use tracewright::foundation::Error;
use tracewright::people::Credentials;
use tracewright::people::operator::{AccountWords, KeyWords};

use crate::harness::on_both;

use super::*;

on_both! {
    async fn the_operator_manages_accounts_by_code_and_mail_address(t: TestApp) {
        assert!(matches!(t.people.operator(None).await, Err(Error::Refused(_))), "no project yet");
        owner(&t).await;
        assert!(matches!(t.people.operator(Some("elsewhere")).await, Err(Error::NotFound(_))));
        let operator = t.people.operator(Some("plant-7")).await.unwrap();
        let words = AccountWords {
            name: "Tech".to_owned(),
            email: Some("Tech@example.com".to_owned()),
            roles: vec!["technician".to_owned()],
            ..AccountWords::default()
        };
        assert_eq!(field(t.people.add_user(&operator, &AccountWords { roles: vec!["root".to_owned()], ..words.clone() }).await), "role");
        assert_eq!(field(t.people.add_user(&operator, &AccountWords { password: Some("x".to_owned()), ..words.clone() }).await), "password");
        let created = t.people.add_user(&operator, &words).await.unwrap();
        assert!(created.link.is_some());
        t.people.grant_user(&operator, "usr-002", "auditor").await.unwrap();
        t.people.revoke_user(&operator, "TECH@example.com", "technician").await.unwrap();
        assert_eq!(t.people.list_users(&operator).await.unwrap()[1].roles, [Role::Auditor]);
        t.people.disable_user(&operator, "USR-002").await.unwrap();
        assert!(matches!(t.people.link_user(&operator, "USR-002").await, Err(Error::Refused(_))));
        t.people.enable_user(&operator, "USR-002").await.unwrap();
        let link = t.people.link_user(&operator, "USR-002").await.unwrap();
        t.people.redeem_link(link.expose(), PASSWORD, &visitor()).await.unwrap();
        assert!(matches!(t.people.disable_user(&operator, "USR-009").await, Err(Error::NotFound(_))));
    }

    async fn the_operator_makes_and_revokes_keys(t: TestApp) {
        owner(&t).await;
        let operator = t.people.operator(None).await.unwrap();
        let bot = AccountWords { name: "relay".to_owned(), is_agent: true, ..AccountWords::default() };
        let bot = t.people.add_user(&operator, &bot).await.unwrap().account;
        let words = KeyWords {
            label: "relay".to_owned(),
            agent: Some(bot.code),
            pair: Some(("pk-lf-relay".to_owned(), "sk-lf-relay-secret".to_owned())),
            ..KeyWords::default()
        };
        t.people.add_key(&operator, &words).await.unwrap();
        let pair = Credentials::Pair { public: "pk-lf-relay".to_owned(), secret: "sk-lf-relay-secret".to_owned() };
        assert!(t.people.check_key(&pair).await.unwrap().unwrap().agent.is_some());
        assert_eq!(t.people.list_keys(&operator).await.unwrap().len(), 2);
        t.people.revoke_key(&operator, "pk-lf-relay").await.unwrap();
        assert!(t.people.check_key(&pair).await.unwrap().is_none());
        assert!(matches!(t.people.revoke_key(&operator, "pk-lf-none").await, Err(Error::NotFound(_))));
        assert_eq!(field(t.people.add_key(&operator, &KeyWords::default()).await), "label");
    }
}
