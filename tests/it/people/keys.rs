//! API keys.

use tracewright::foundation::{ActorKind, Asker, Error, Role};
use tracewright::people::actions::create_api_key::{CreatedKey, NewApiKey};
use tracewright::people::model::{KeyLabel, PublicKey, Scope, Scopes, SecretKey};
use tracewright::people::{AccountId, Credentials, KeyGrant};

use crate::harness::{DAY, MINUTE, SECOND, on_both};

use super::*;

on_both! {
    async fn a_pair_opens_its_scopes_and_the_public_half_only_scores(t: TestApp) {
        let admin = owner(&t).await;
        let key = t.people.create_api_key(&admin, new_key(None)).await.unwrap();
        assert!(key.public.as_str().starts_with("pk-lf-") && key.secret.expose().starts_with("sk-lf-"));
        let grant = check(&t.people, &key).await.unwrap();
        assert!(grant.allows(Scope::Ingest) && grant.allows(Scope::Read) && grant.allows(Scope::Scores));
        assert_eq!((grant.project_id.as_str(), grant.agent), ("plant-7", None));
        let public = Credentials::PublicOnly(key.public.as_str().to_owned());
        let grant = t.people.check_key(&public).await.unwrap().unwrap();
        assert_eq!(grant.scopes, Scopes(vec![Scope::Scores]));
    }

    async fn wrong_unknown_and_hostile_credentials_open_nothing(t: TestApp) {
        owner(&t).await;
        let long = "p".repeat(1 << 20);
        for (public, secret) in
            [(PUBLIC, "sk-lf-wrong"), ("pk-lf-nobody", SECRET), ("", ""), ("\0", "\0"), (&long, &long), (PUBLIC, "")]
        {
            let pair = Credentials::Pair { public: public.to_owned(), secret: secret.to_owned() };
            assert_eq!(t.people.check_key(&pair).await.unwrap(), None);
        }
        assert_eq!(t.people.check_key(&Credentials::PublicOnly("pk-lf-x".to_owned())).await.unwrap(), None);
    }

    async fn a_revocation_is_felt_at_once_here_and_within_five_seconds_elsewhere(t: TestApp) {
        let admin = owner(&t).await;
        let key = t.people.create_api_key(&admin, new_key(None)).await.unwrap();
        let elsewhere = t.other_process().people;
        assert!(check(&t.people, &key).await.is_some());
        assert!(check(&elsewhere, &key).await.is_some());
        t.people.revoke_api_key(&admin, &key.id).await.unwrap();
        t.people.revoke_api_key(&admin, &key.id).await.unwrap();
        assert_eq!(count(&t, "api_key.revoked.v1").await, 1);
        assert!(check(&t.people, &key).await.is_none());
        t.clock.advance(5 * SECOND);
        assert!(check(&elsewhere, &key).await.is_none());
    }

    async fn an_unknown_key_works_as_soon_as_it_is_made(t: TestApp) {
        let admin = owner(&t).await;
        let given = given("pk-lf-mine", "sk-lf-mine-alone");
        let key = CreatedKey { id: String::new(), public: given.0.clone(), secret: given.1.clone() };
        assert!(check(&t.people, &key).await.is_none());
        let new = NewApiKey { pair: Some(given.clone()), ..new_key(None) };
        t.people.create_api_key(&admin, new.clone()).await.unwrap();
        assert!(check(&t.people, &key).await.is_some());
        assert_eq!(field(t.people.create_api_key(&admin, new).await), "public_key");
    }

    async fn a_key_expires_by_itself_and_its_last_use_is_noted_once_a_minute(t: TestApp) {
        let admin = owner(&t).await;
        let expires_at = Some(t.app.now().plus_micros(DAY));
        let new = NewApiKey { expires_at, ..new_key(None) };
        let key = t.people.create_api_key(&admin, new).await.unwrap();
        assert_eq!(last_used(&t, &admin, &key).await, None);
        let first = t.app.now();
        for _ in 0..3 {
            assert!(check(&t.people, &key).await.is_some());
            assert_eq!(last_used(&t, &admin, &key).await, Some(first.0));
            t.clock.advance(25 * SECOND);
        }
        t.clock.advance(MINUTE);
        check(&t.people, &key).await.unwrap();
        assert_eq!(last_used(&t, &admin, &key).await, Some(t.app.now().0));
        t.clock.advance(DAY);
        assert!(check(&t.people, &key).await.is_none());
        let past = NewApiKey { expires_at: Some(t.app.now()), ..new_key(None) };
        assert_eq!(field(t.people.create_api_key(&admin, past).await), "expires_at");
    }

    async fn a_key_speaks_for_its_agent_until_the_agent_is_disabled(t: TestApp) {
        let admin = owner(&t).await;
        let bot = t.people.create_account(&admin, agent("relay")).await.unwrap().account;
        let key = t.people.create_api_key(&admin, new_key(Some(bot.id.clone()))).await.unwrap();
        let who = check(&t.people, &key).await.unwrap().agent.unwrap();
        assert_eq!((who.actor.name.as_str(), who.actor.kind, who.roles.as_slice()), ("relay", ActorKind::Agent, &[Role::Agent][..]));
        assert_eq!(who.actor.session, None);
        let public = Credentials::PublicOnly(key.public.as_str().to_owned());
        assert_eq!(t.people.check_key(&public).await.unwrap().unwrap().agent, None);
        t.people.disable_account(&admin, bot.id.clone()).await.unwrap();
        assert!(check(&t.people, &key).await.is_none(), "at once");
        let refused = t.people.create_api_key(&admin, new_key(Some(bot.id))).await;
        assert_eq!(field(refused), "account");
    }

    async fn a_key_whose_agent_is_no_member_any_more_opens_nothing(t: TestApp) {
        let admin = owner(&t).await;
        let bot = t.people.create_account(&admin, agent("relay")).await.unwrap().account;
        let key = t.people.create_api_key(&admin, new_key(Some(bot.id.clone()))).await.unwrap();
        assert!(check(&t.people, &key).await.is_some());
        t.people.revoke_role(&admin, bot.id.clone(), Role::Agent).await.unwrap();
        assert!(check(&t.people, &key).await.is_none(), "at once");
        let public = Credentials::PublicOnly(key.public.as_str().to_owned());
        assert!(t.people.check_key(&public).await.unwrap().is_none());
        t.people.grant_role(&admin, bot.id, Role::Agent).await.unwrap();
        assert!(check(&t.people, &key).await.is_some(), "and it is the same key");
    }

    async fn a_key_speaks_for_no_person_and_no_stranger(t: TestApp) {
        let admin = owner(&t).await;
        for account in [AccountId::of(&admin), AccountId("nobody".to_owned())] {
            assert_eq!(field(t.people.create_api_key(&admin, new_key(Some(account))).await), "account");
        }
        let roleless = t.people.create_account(&admin, NewAccount { roles: vec![], ..agent("x") }).await.unwrap();
        let refused = t.people.create_api_key(&admin, new_key(Some(roleless.account.id))).await;
        assert_eq!(field(refused), "account");
        let refused = t.people.revoke_api_key(&admin, "nothing").await;
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }
}

fn new_key(account: Option<AccountId>) -> NewApiKey {
    NewApiKey {
        label: KeyLabel::parse("label", "<i>CI</i>").unwrap(),
        scopes: Scopes::all(),
        account,
        expires_at: None,
        pair: None,
    }
}

fn given(public: &str, secret: &str) -> (PublicKey, SecretKey) {
    (PublicKey::parse("p", public).unwrap(), SecretKey::parse("s", secret).unwrap())
}

async fn check(people: &People, key: &CreatedKey) -> Option<KeyGrant> {
    let pair =
        Credentials::Pair { public: key.public.as_str().to_owned(), secret: key.secret.expose().to_owned() };
    people.check_key(&pair).await.unwrap()
}

async fn last_used(t: &TestApp, asker: &Asker, key: &CreatedKey) -> Option<i64> {
    let project = asker.project;
    let lines = t.app.db.read(move |conn| reads::keys(conn, project)).await.unwrap();
    lines.into_iter().find(|line| line.key.id == key.id).unwrap().key.last_used_at.map(|at| at.0)
}
