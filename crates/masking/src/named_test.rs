//! Secrets that only a name or a command gives away: how many are missed, and what is masked that is none.
//!
//! `cargo test -p tracewright-masking named -- --nocapture` prints both.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use serde_json::json;

use super::rates_test::{Random, masker};
use super::{Masker, Step};
use crate::Family;
use foundation::ProjectKey;

/// Names, each with the form of its secret.
const NAMES: [(&str, &str); 44] = [
    ("DB_PASS", "{A13}"),
    ("SMTP_PASS", "{A16}"),
    ("dbPass", "{A16}"),
    ("pass", "{A16}"),
    ("DB_PWD", "{A13}"),
    ("MYSQL_PWD", "{A16}"),
    ("userPwd", "{A16}"),
    ("pwd", "{A16}"),
    ("PGPASSWORD", "{A16}"),
    ("passphrase", "{A13}"),
    ("SSH_PASSPHRASE", "{A20}"),
    ("API_TOKEN", "{A32}"),
    ("apiToken", "{A32}"),
    ("CLOUDFLARE_API_TOKEN", "{W40}"),
    ("GITHUB_TOKEN", "{H40}"),
    ("DISCORD_TOKEN", "MTk4NjIyNDgzNDcxOTI1MjQ4.{A6}.{A38}"),
    ("TELEGRAM_BOT_TOKEN", "{A32}"),
    ("VAULT_TOKEN", "{A24}"),
    ("SENTRY_AUTH_TOKEN", "{H64}"),
    ("CI_JOB_TOKEN", "{A20}"),
    ("bearer_token", "{A32}"),
    ("bearerToken", "{A32}"),
    ("token", "{A32}"),
    ("token", "{H40}"),
    ("PRIVATE-TOKEN", "{A20}"),
    ("X-Auth-Token", "{A32}"),
    ("X-Vault-Token", "{A32}"),
    ("X-Amz-Security-Token", "{B200}"),
    ("AWS_SESSION_TOKEN", "{B200}"),
    ("sas_token", "{A40}"),
    ("csrfToken", "{A32}"),
    ("_authToken", "{D36}"),
    ("SECRET_KEY_BASE", "{H64}"),
    ("SECRET_KEY", "{A40}"),
    ("JWT_SECRET", "{A32}"),
    ("SharedAccessKey", "{B43}="),
    ("ACCESS_KEY", "{A32}"),
    ("accessKey", "{A40}"),
    ("RAILS_MASTER_KEY", "{H32}"),
    ("SIGNING_KEY", "{A40}"),
    ("OPENAI_API_KEY", "{A32}"),
    ("x-api-key", "{A32}"),
    ("clientSecret", "{A32}"),
    ("account_key", "{A40}"),
];

/// Commands, files and addresses with `@` where their secret stands.
const PLACES: [(&str, &str); 33] = [
    ("curl -u admin:@ https://h/x", "{A14}"),
    ("curl -s --user 'admin:@' https://h/x", "{A14}"),
    ("curl -X POST \\\n  -u admin:@ \\\n  https://h/x", "{A14}"),
    ("[\"curl\", \"-u\", \"admin:@\"]", "{A14}"),
    ("tool --password @ --x", "{A14}"),
    ("tool --password='@'", "{A14}"),
    ("[\\\"tool\\\", \\\"--password\\\", \\\"@\\\"]", "{A14}"),
    ("tool --token @", "{A32}"),
    ("tool --api-token @ run", "{A32}"),
    ("tool --access_token=@ run", "{A32}"),
    ("mysql -u root -p@ db", "{A14}"),
    ("mysqldump --host h -p'@' db > x", "{A14}"),
    ("sshpass -p '@' ssh u@h", "{A14}"),
    ("docker login -u u -p @ ghcr.io", "{A20}"),
    ("redis-cli -h h -a @ ping", "{A20}"),
    ("ldapsearch -D cn=x -w @ -b dc=x", "{A14}"),
    ("machine h login u password @", "{A16}"),
    ("machine h\n  login u\n  password @\n", "{A16}"),
    ("//registry.example.org/:_authToken=@", "{D36}"),
    ("users:\n- user:\n    token: @", "{A44}"),
    ("Endpoint=sb://x.example.net/;SharedAccessKeyName=Root;SharedAccessKey=@", "{B43}="),
    ("Server=h;Uid=u;Pwd=@;Database=x", "{A16}"),
    ("https://api.telegram.org/bot@/sendMessage", "{D10}:AA{W33}"),
    ("@", "jina_{A60}"),
    ("use @ for it", "ctx7sk-{H8}-{H4}-{H4}-{H4}-{H12}"),
    ("Authorization SSWS @", "00{W40}"),
    ("Authorization: SSWS @", "00{W40}"),
    ("https://h/x?token=@&page=2", "{A32}"),
    ("grant_type=password&username=u&password=@&scope=a", "{A14}"),
    ("<server><password>@</password></server>", "{A14}"),
    ("token: str = \"@\"", "{A32}"),
    ("os.environ[\"API_TOKEN\"] = \"@\"", "{A32}"),
    ("password = \"@\" # with other signs", "{A7}${A7}?({A4}"),
];

/// What stands under names of secrets, in commands and behind words, and is none.
const NO_SECRETS: [&str; 92] = [
    "signing_key = ed25519_dalek{D2}::SigningKey",
    "\"OriginTrialToken\": \"{A64}\"",
    "max_tokens: 4096",
    "\"max_tokens\": {D6}",
    "\"prompt_tokens\": {D9}",
    "\"completion_tokens_details\": {\"reasoning_tokens\": {D4}}",
    "token: 5",
    "token = 12345678",
    "\"token\": \"Hello\", \"logprob\": -0.{D8}",
    "\"token\": \" {D3}\", \"bytes\": [32, 49]",
    "\"next_page_token\": \"{A40}\"",
    "nextPageToken={A40}",
    "\"NextToken\": \"{A64}\"",
    "page_token: {A40}",
    "continuationToken: {A40}",
    "sync_token = {A32}",
    "idempotency_token: {H8}-{H4}-4{H3}-a{H3}-{H12}",
    "tokenizer: cl100k_base_{D4}",
    "tokenizer=Llama-3.1-8B-Instruct-{D4}",
    "eos_token: <|reserved_special_token_{D3}|>",
    "token_type: bearer",
    "token_id = {H32}",
    "token_count={D8}",
    "token-limit: {D6}",
    "tool --token-limit 500",
    "tool --max-tokens {D5} --token-budget {D5}",
    "tool --token $API_TOKEN2",
    "tool --token <your token 1>",
    "tool --token ${TOKEN_{D4}}",
    "tool --password-file /run/secrets/db_{D4}",
    "tool --password required1",
    "token: ${{ secrets.GITHUB_TOKEN_{D2} }}",
    "token: secrets.GITHUB_TOKEN_{D4}",
    "API_TOKEN=$TOKEN_{D4}",
    "API_TOKEN=<your-token-{D4}>",
    "API_TOKEN=your_api_token_here_{D4}",
    "API_TOKEN=****************{A4}",
    "API_TOKEN=abcd...{A4}",
    "\"api_key\": \"sk-****{A4}\"",
    "GITHUB_TOKEN=xxxxxxxxxxxxxxxx{D4}",
    "token = get_token_v{D2}(request)",
    "token = os.environ[\"API_TOKEN_{D4}\"]",
    "password = process.env.DB{D1}_PASSWORD",
    "password: config.db{D2}.password",
    "password = \"${DB_PASSWORD_{D2}}\"",
    "password = \"{{ vault_password_{D2} }}\"",
    "DB_PASS=$DB{D2}_PASS",
    "DB_PASS=%DB{D2}_PASS%",
    "password: required",
    "\"password\": \"string\"",
    "password: changeme",
    "the password is {L5}, the token expired",
    "Password must be 8 to 64 characters",
    "PWD=/home/app{D4}/src",
    "OLDPWD=/var/lib/a1b2c3d4/x",
    "\"pwd\": \"/srv/app-{H8}/work\"",
    "pwd = ~/build{D4}abc",
    "--- PASS: TestParse{D2}Values (0.00s)",
    "PASS: test_of_{D2}_pumps",
    "first_pass: tokens2ids{D4}",
    "forward-pass={A12}",
    "pass: 12, fail: 0",
    "bypass=valve{D4}ab",
    "passed={A16}",
    "passport: {U9}",
    "compass=n{D3}e{D4}w",
    "\"pass\": true, \"passes\": {D4}",
    "assistant: {A20}",
    "access_key_id: user_{D4}",
    "primary_key=order_{D8}ab",
    "\"key\": \"{A20}\"",
    "author: {A12}",
    "\"auth\": \"oauth2-{A12}\"",
    "auth: none",
    "auth=basic64{D4}",
    "curl -u $NAME:$PASS1 https://h",
    "curl -u user:<password{D2}> https://h",
    "curl -u user:password https://h",
    "curl -o out{D4}.json https://h:8{D3}/x{D4}y",
    "mysql -P3306 -h db{D2} -p shop{D4}",
    "mysql -u root -proot",
    "ssh -p 22{D2} host{D4}ab",
    "docker run -p 80{D2}:80{D2} img{D4}ab",
    "docker login -u u --password-stdin",
    "sshpass -e ssh u@h{D4}abc",
    "redis-cli -h cache{D4}ab -n 1",
    "login to the server and the password page",
    "machine h login u password <password1>",
    "https://example.com/bot{D6}/x",
    "https://h/x?page_token={A40}&a=1",
    "SharedAccessKeyName=Root{D6}ab",
    "Token usage by model gpt-4o-mini-2024-07-18: {D6}",
];

/// A secret of letters and digits: of a hundred short ones made by chance a few have no digit.
fn secret(random: &mut Random, form: &str) -> String {
    loop {
        let secret = random.fill(form);
        if form.contains("{D")
            || ["0123456789", "abcdef"].iter().all(|some| secret.contains(|c| some.contains(c)))
        {
            return secret;
        }
    }
}

fn nothing_kept(_: &[Step]) -> bool {
    false
}

/// Ways a name and its value are written; the last as JSON that is read.
fn written(name: &str, value: &str) -> [String; 9] {
    [
        format!("{{\"env\": {{\"{name}\": \"{value}\"}}}}"),
        format!("{{\\\"{name}\\\": \\\"{value}\\\"}}"),
        format!("export {name}={value}"),
        format!("{name}: {value}"),
        format!("a\\n{name}={value}"),
        format!("{name} = '{value}'"),
        format!("{name}    = \"{value}\","),
        format!("x[\"{name}\"] = \"{value}\";"),
        format!("{{\"{name}\" : \"{value}\"}}"),
    ]
}

fn is_hidden(masker: &Masker, text: &str, secret: &str) -> bool {
    masker.suspects(text) && masker.text(None, text).is_some_and(|masked| !masked.text.contains(&secret[4..]))
}

#[test]
fn named_secrets_are_masked_however_they_are_written() {
    let (masker, mut random) = (masker(), Random(20_261_130));
    let (mut missed, mut all) = (Vec::new(), 0);
    for (name, form) in NAMES.iter().cycle().take(3 * NAMES.len()) {
        let secret = secret(&mut random, form);
        for text in written(name, &secret) {
            all += 1;
            if !is_hidden(&masker, &text, &secret) {
                missed.push(text);
            }
        }
        let read = masker.json(&written(name, &secret)[8], nothing_kept);
        let header = format!("http.request.header.{}", name.to_lowercase());
        let under = masker.text(Some(&header), &secret);
        all += 2;
        if read.is_none_or(|(text, _)| text.contains(&secret)) || under.is_none() {
            missed.push(format!("{name} read as JSON or as a header: {secret}"));
        }
    }
    for (place, form) in PLACES.iter().cycle().take(4 * PLACES.len()) {
        let secret = secret(&mut random, form);
        all += 1;
        let text = place.replacen("u@h", "u%h", 1).replace('@', &secret).replace("u%h", "u@h");
        if !is_hidden(&masker, &text, &secret) {
            missed.push(text);
        }
    }
    println!("misses among {all} named secrets: {} {missed:#?}", missed.len());
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn what_only_has_such_a_name_or_stands_in_such_a_command_stays() {
    let (masker, mut random) = (masker(), Random(20_261_131));
    let mut alarms = Vec::new();
    for template in NO_SECRETS.iter().cycle().take(6 * NO_SECRETS.len()) {
        // Braces of JSON are no places to fill.
        let text = random
            .fill(&template.replace("{\"", "\u{1}\"").replace("${", "$\u{1}").replace("{{", "\u{1}\u{1}"));
        let text = text.replace('\u{1}', "{");
        if let Some(masked) = masker.text(None, &text) {
            alarms.push(format!("{text} became {}", masked.text));
        }
    }
    println!("false alarms among {} texts: {} {alarms:#?}", 6 * NO_SECRETS.len(), alarms.len());
    assert!(alarms.is_empty(), "{alarms:#?}");
}

#[test]
fn a_key_of_a_known_form_is_called_by_it_under_the_name_of_a_token() {
    let key = format!("ghp_{}", Random(3).fill("{A36}"));
    let masker = masker();
    for (name, text) in
        [(Some("deploy.token"), key.clone()), (None, format!("DEPLOY_TOKEN={key}")), (None, key.clone())]
    {
        let masked = masker.text(name, &text).unwrap();
        assert_eq!(masked.found.keys().collect::<Vec<_>>(), ["github-token"], "{}", masked.text);
        assert!(!masked.text.contains(&key[8..]));
    }
}

#[test]
fn what_stands_around_a_named_secret_stays() {
    let (masker, secret) = (masker(), Random(3).fill("{A32}"));
    for text in [
        "https://h/x?token=@&page=2",
        "{\"token\": \"@\", \"max_tokens\": 5}",
        "a=1;SharedAccessKey=@;EntityPath=x",
        "curl -u admin:@ https://h/x",
        "https://api.telegram.org/bot1234567890:AA@x/getMe",
        "<password>@</password>",
    ] {
        let masked = masker.text(None, &text.replace('@', &secret)).unwrap_or_else(|| panic!("{text}")).text;
        let (before, after) = text.split_once('@').unwrap();
        let (before, after) = (before.trim_end_matches("1234567890:AA"), after.trim_start_matches('x'));
        assert!(
            masked.starts_with(&format!("{before}[masked:")) && masked.ends_with(&format!("]{after}")),
            "{masked}"
        );
    }
}

#[test]
fn numbers_of_other_things_stay_and_cards_are_masked_whatever_their_name() {
    let masker = Masker::new(&[Family::Cards], &[], &[9; 32], ProjectKey(1)).unwrap();
    let (one, other) = ("4000123412341234", "6011000990139424");
    for name in [
        "order_id",
        "orderId",
        "ticket",
        "ticket_number",
        "invoiceNo",
        "ids",
        "discord.guild.id",
        "imei",
        "trackingNumber",
    ] {
        for text in [
            format!("{{\"{name}\": {one}}}"),
            format!("{{\"{name}\": \"{other}\"}}"),
            format!("{{\"{name}\": [{one}, \"{other}\"]}}"),
            format!("{{\"text\": \"{name}={one} ok\"}}"),
            format!("{{\"text\": \"{{\\\"{name}\\\": {one}, \\\"{name}\\\" : \\\"{other}\\\"}}\"}}"),
        ] {
            // A list within a text that is JSON is read as text.
            assert_eq!(masker.json(&text, nothing_kept).map(|(text, _)| text), None, "{text}");
        }
        assert_eq!(masker.text(Some(name), one), None, "{name}");
    }
    for name in [
        "card",
        "number",
        "card_number",
        "cardId",
        "ccNumber",
        "pan",
        "account_number",
        "primaryAccountNumber",
        "value",
        "grid",
    ] {
        for text in [
            format!("{{\"{name}\": {one}}}"),
            format!("{{\"{name}\": \"{other}\"}}"),
            format!("{{\"a\": \"{name}: {one}\"}}"),
        ] {
            let (masked, _) = masker.json(&text, nothing_kept).unwrap_or_else(|| panic!("{text}"));
            assert!(masked.contains("[masked:payment-card]") && !masked.contains(one), "{masked}");
        }
    }
    for text in [
        "my ticket 4000123412341234",
        "order: card 4000 1234 1234 1234",
        "order_id: 4000 1234 1234 1234",
        "4000123412341234",
    ] {
        assert!(masker.text(Some("order_id"), text).is_some() || !text.contains(' '), "{text}");
        assert!(masker.text(Some("note"), text).is_some(), "{text}");
    }
}

#[test]
fn whole_numbers_of_attributes_are_told_by_their_name_too() {
    let masker = masker();
    let number = |key: &str| json!({ "key": key, "value": { "intValue": "4000123412341234" } });
    let span = json!({ "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "name": "n",
        "attributes": [number("order.id"), number("ticket_number"), number("card.number")] });
    let sent = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [span] }] }] });
    let mut request: ExportTraceServiceRequest = serde_json::from_value(sent).unwrap();
    let found = masker.export(&mut request);
    let fields: Vec<_> = found.iter().map(|finding| finding.field.as_str()).collect();
    assert_eq!(fields, ["attributes.card.number"]);
}
