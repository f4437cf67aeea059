//! How much is missed, and how much is masked that is no secret: hundreds of keys of the forms that providers give out, and of
//! texts that look like keys and are none. Both are made at run time, by a generator with a fixed seed, so that no scanner of
//! sources takes one for a real key.
//!
//! `cargo test -p tracewright-masking rates -- --nocapture` prints them, and how fast texts without secrets are looked through.

use std::time::Instant;

use super::Masker;
use crate::Family;
use foundation::ProjectKey;

/// A generator that is no secret's: the same texts in every run.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn of(&mut self, alphabet: &str, len: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..len).map(|_| letters[usize::try_from(self.next()).unwrap() % letters.len()]).collect()
    }

    /// `{A40}` becomes 40 letters and digits; H hex, U capitals and digits, L small letters and digits, D digits, W letters,
    /// digits, dash and underscore, B base64.
    pub(super) fn fill(&mut self, template: &str) -> String {
        let mut out = String::new();
        for part in template.split('{') {
            let Some((class, rest)) = part.split_once('}') else {
                out.push_str(part);
                continue;
            };
            let len = class[1..].parse().unwrap();
            let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
            let lower = "abcdefghijklmnopqrstuvwxyz";
            let alphabet = match &class[..1] {
                "A" => format!("{upper}{lower}0123456789"),
                "H" => "0123456789abcdef".to_owned(),
                "U" => format!("{upper}0123456789"),
                "2" => format!("{upper}234567"),
                "G" => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".to_owned(),
                "L" => format!("{lower}0123456789"),
                "D" => "0123456789".to_owned(),
                "W" => format!("{upper}{lower}0123456789-_"),
                "B" => format!("{upper}{lower}0123456789+/"),
                other => panic!("{other}"),
            };
            out.push_str(&self.of(&alphabet, len));
            out.push_str(rest);
        }
        out
    }
}

/// Forms of keys, one provider after the other.
const KEYS: [&str; 169] = [
    "sk-{A48}",
    "sk-proj-{A74}T3BlbkFJ{A74}",
    "sk-svcacct-{W80}",
    "sk-admin-{A58}T3BlbkFJ{A58}",
    "sk-ant-api03-{A93}AA",
    "sk-ant-admin01-{A93}AA",
    "sk-or-v1-{H64}",
    "sk-{H32}",
    "sk-lf-{H8}-{H4}-4{H3}-a{H3}-{H12}",
    "gsk_{A52}",
    "xai-{A80}",
    "lsv2_pt_{H32}_{H10}",
    "lsv2_sk_{H32}_{H10}",
    "ls__{H32}",
    "r8_{A37}",
    "nvapi-{W64}",
    "pplx-{A48}",
    "tvly-{A32}",
    "tvly-dev-{A32}",
    "pcsk_{A6}_{A63}",
    "csk-{L48}",
    "fw_{A24}",
    "tgp_v1_{W43}",
    "jina_{H32}{A28}",
    "pa-{A43}",
    "fc-{H32}",
    "e2b_{H40}",
    "sk_{H48}",
    "AIza{W35}",
    "GOCSPX-{W28}",
    "ya29.{A80}",
    "hf_{A34}",
    "api_org_{A34}",
    "dapi{H32}",
    "AKIA{216}",
    "ASIA{216}",
    "ABSK{B132}",
    "ghp_{A36}",
    "gho_{A36}",
    "ghu_{A36}",
    "ghs_{A36}",
    "ghr_{A36}",
    "github_pat_{A22}_{A59}",
    "glpat-{A20}",
    "glrt-{A20}",
    "glptt-{H40}",
    "gldt-{A20}",
    "xoxb-{D12}-{D12}-{A24}",
    "xoxp-{D12}-{D12}-{D12}-{H32}",
    "xapp-1-A{U10}-{D13}-{H64}",
    "https://hooks.slack.com/services/T{U10}/B{U10}/{A24}",
    "sk_live_{A24}",
    "sk_test_{A24}",
    "rk_live_{A24}",
    "whsec_{A32}",
    "SG.{W22}.{W43}",
    "npm_{A36}",
    "pypi-AgEIcHlwaS5vcmc{W60}",
    "dop_v1_{H64}",
    "doo_v1_{H64}",
    "dp.pt.{A43}",
    "dp.st.prd.{A43}",
    "dt0c01.{U24}.{U64}",
    "sbp_{H40}",
    "sb_secret_{A22}_{A8}",
    "napi_{L64}",
    "pscale_tkn_{A43}",
    "pscale_pw_{A43}",
    "pnu_{A36}",
    "pul-{H40}",
    "PMAK-{H24}-{H34}",
    "rubygems_{H48}",
    "sgp_{H16}_{H40}",
    "sntryu_{H64}",
    "glc_{B60}",
    "glsa_{A32}_{H8}",
    "hvs.{A90}",
    "HRKU-AA{A58}",
    "NRAK-{U27}",
    "fo1_{W43}",
    "fm2_{B120}",
    "LTAI{A20}",
    "AKCp{A69}",
    "ATATT3{W180}",
    "dckr_pat_{W27}",
    "figd_{W43}",
    "lin_api_{A40}",
    "ntn_{D11}{A35}",
    "tfp_{A59}",
    "shpat_{H32}",
    "shpss_{H32}",
    "sq0atp-{A22}",
    "xkeysib-{H64}-{A16}",
    "key-{H32}",
    "AGE-SECRET-KEY-1{G58}",
    "{A14}.atlasv1.{A64}",
    "{A3}8Q~{A34}",
    "{D10}:AA{W33}",
    "SK{H32}",
    "postgres://app:{A16}@db.internal:5432/x",
    "sess-{A40}",
    "xai-token-{A80}",
    "sk-ant-oat01-{A93}AA",
    "rk_prod_{A24}",
    "glimt-{A25}",
    "glsoat-{A20}",
    "glffct-{A20}",
    "xoxc-{D12}-{D12}-{D12}-{H64}",
    "xoxd-{A120}",
    "https://discord.com/api/webhooks/{D19}/{A68}",
    "https://outlook.office.com/webhook/{H8}-{H4}-{H4}-{H4}-{H12}@{H8}-{H4}-{H4}-{H4}-{H12}/IncomingWebhook/{H32}/{H8}-{H4}-{H4}-{H4}-{H12}",
    "1//0{A60}",
    "ya29.c.{A120}",
    "hf_oauth_eyJ{A60}",
    "bce-v3/ALTAK-{A21}/{H40}",
    "AKLT{A44}",
    "cpk_{H32}.{H32}.{A32}",
    "llx-{A48}",
    "phs_{A43}",
    "pylf_v1_us_{A44}",
    "m0-{A40}",
    "dtn_{H64}",
    "tpuf_{A32}",
    "ck-{A44}",
    "apify_api_{A36}",
    "BSA{A27}",
    "vercel_blob_rw_{A16}_{A30}",
    "tr_prod_{A20}",
    "signkey-prod-{H64}",
    "sk_car_{A22}",
    "dckr_oat_{A32}",
    "figu_{A40}",
    "lin_oauth_{H64}",
    "secret_{A43}",
    "shptka_{H32}",
    "re_{A8}_{A24}",
    "rnd_{A28}",
    "nfp_{A36}",
    "CFPAT-{A43}",
    "tskey-auth-{A12}CNTRL-{A32}",
    "ATCTT3xFfG{A180}={H8}",
    "BBDC-{A40}",
    "AVNS_{A19}",
    "sbp_oauth_{H40}",
    "NRII-{A32}",
    "dt0s16.{U24}.{U64}",
    "oy2{L43}",
    "cio{A32}",
    "squ_{H40}",
    "sqp_{H40}",
    "snyk_uat.{H8}.{A100}",
    "CCIPAT_{A22}_{H40}",
    "bkua_{H40}",
    "sdk-{H8}-{H4}-4{H3}-a{H3}-{H12}",
    "api-{H8}-{H4}-4{H3}-a{H3}-{H12}",
    "sl.{A130}",
    "pat-na1-{H8}-{H4}-4{H3}-a{H3}-{H12}",
    "pat{A14}.{H64}",
    "AAAA{A7}:APA91b{A134}",
    "https://a.blob.core.windows.net/c/b?sv=1&sig={A43}%3D",
    "https://b.s3.amazonaws.com/k?X-Amz-Signature={H64}",
    "AccountKey={A86}==",
    "AWS_SESSION_TOKEN={A200}",
    "Authorization: Token {H40}",
    "Authorization: ApiKey {A44}",
    "Ocp-Apim-Subscription-Key: {H32}",
    "Set-Cookie: session={A64}",
    "id_token={A60}",
    "https://x.example/?h=Bearer%20sk-ant-api03-{A93}AA",
];

/// What looks like a key and is none.
const LOOK_ALIKES: [&str; 84] = [
    "commit {H40}",
    "{H7}..{H7}",
    "sha256:{H64}",
    "{H8}-{H4}-4{H3}-a{H3}-{H12}",
    "traceparent 00-{H32}-{H16}-01",
    "chatcmpl-{A29}",
    "call_{A24}",
    "msg_{A24}",
    "run_{A24}",
    "resp_{H48}",
    "toolu_{A24}",
    "file-{A24}",
    "asst_{A24}",
    "thread_{A24}",
    "req_{H32}",
    "fp_{H10}",
    "batch_{H32}",
    "modelcmpl-{A24}",
    "gen-{D10}-{A20}",
    "rs_{H48}",
    "data:image/png;base64,iVBORw0KGgo{B200}",
    "data:audio/wav;base64,UklGR{B120}",
    "https://example.com/a/{A32}?b={A12}",
    "https://cdn.example.com/{H40}/app.{H8}.js",
    "s3://bucket/{H2}/{H32}.parquet",
    "pk-lf-{H8}-{H4}-4{H3}-a{H3}-{H12}",
    "pk_live_{A24}",
    "session-{H12}",
    "user_{D10}",
    "arn:aws:iam::{D12}:role/x",
    "order {U10}",
    "IBAN-like {U4} {D4}",
    "ulid 01{U24}",
    "nanoid {W21}",
    "cuid c{L24}",
    "etag W/\"{H32}\"",
    "integrity sha512-{B86}==",
    "digest {B43}=",
    "v1.0-{D4}",
    "key-value-store-{D4}",
    "task-{D4}-fc-{D3}",
    "r8_{D3}",
    "xai-{D2} and pplx-{D2}",
    "gsk_prefix hf_hub_download_{D2}",
    "path/sk-learn-{D1}/sk_{D2}",
    "AKIA{U6}",
    "the {L6} valve at {D2} bar",
    "dapi-{L8}",
    "EAA{U8}",
    "API-{D6}",
    "request {H8}-{H4}-4{H3}-a{H3}-{H12} done",
    "resp_{H48} fc_{H48}",
    "toolu_vrtx_01{A22}",
    "srvtoolu_01{A22}",
    "ft:gpt-4o-mini:acme::{A8}",
    "lc_run--{H8}-{H4}-4{H3}-a{H3}-{H12}",
    "price_{A24}",
    "cus_{A14}",
    "acct_{A16}",
    "i-{H17}",
    "sg-{H17}",
    "objectid {H24}",
    "snowflake {D19}",
    "image@sha256:{H64}",
    "index {H7}..{H7} 100644",
    "encrypted_content gAAAAAB{B200}",
    "signature: {H64}",
    "data-sdk-version {D3}",
    "the api-gateway-{D4} route",
    "pattern{D14}.txt",
    "patch-{H8}",
    "cookie banner shown",
    "Cookie: theme=dark; lang=en",
    "authorization was refused for user {D6}",
    "primary_key=user_id_{D8}",
    "session_token_count={D6}",
    "subscription_key is missing",
    "re_{L6} rnd_{L6} tr_{L6}",
    "https://example.com/?signature=none&sig=short",
    "discord.com/channels/{D18}/{D18}",
    "secret_santa_{D4}",
    "sl.{D3} cio{D5} oy2",
    "ck-{D6} m0-{D4} llx-{D4}",
    "password is required",
];

pub(super) fn masker() -> Masker {
    Masker::new(&Family::BY_DEFAULT, &[], &[9; 32], ProjectKey(1)).unwrap()
}

/// Where texts hold keys: prose, code, JSON in a text, a header, a command line.
fn around(at: usize, key: &str) -> String {
    match at % 5 {
        0 => format!("client made with {key} today"),
        1 => format!("client = Client(\"{key}\")"),
        2 => format!("{{\\\"k\\\":\\\"line\\n{key}\\\"}}"),
        3 => format!("x-token: {key}\nnext"),
        _ => format!("run --with {key}"),
    }
}

#[test]
fn rates_of_misses_and_false_alarms() {
    let (masker, mut random) = (masker(), Random(20_261_129));
    let mut missed = Vec::new();
    for (at, template) in KEYS.iter().cycle().take(2 * KEYS.len()).enumerate() {
        let key = random.fill(template);
        let text = around(at, &key);
        let secret = key.rsplit_once('@').map_or(key.as_str(), |(url, _)| url.rsplit(':').next().unwrap());
        match masker.text(None, &text) {
            // All of it, or a tail would still be a secret's half.
            Some(masked) if !masked.text.contains(&secret[secret.len() / 2..]) => {}
            _ => missed.push(*template),
        }
    }
    let mut alarms = Vec::new();
    for template in LOOK_ALIKES.iter().cycle().take(4 * LOOK_ALIKES.len()) {
        let text = random.fill(template);
        if let Some(masked) = masker.text(None, &text) {
            alarms.push(format!("{template} as {:?}", masked.found.keys().collect::<Vec<_>>()));
        }
    }
    println!("misses among {} keys: {} {missed:?}", 2 * KEYS.len(), missed.len());
    println!("false alarms among {} look-alikes: {} {alarms:?}", 4 * LOOK_ALIKES.len(), alarms.len());
    assert!(missed.len() <= 2, "{missed:?}");
    assert!(alarms.len() <= 2, "{alarms:?}");
}

#[test]
fn every_form_has_a_name_that_is_a_secret() {
    let (masker, mut random) = (masker(), Random(7));
    for template in KEYS {
        let text = format!("x {} y", random.fill(template));
        for name in masker.text(None, &text).map(|masked| masked.found).unwrap_or_default().keys() {
            assert!(super::is_secret(name), "{name}");
        }
    }
    assert!(!super::is_secret("payment-card") && !super::is_secret("customer-number"));
}

#[test]
fn a_key_of_any_length_is_masked_whole_and_a_text_of_beginnings_is_none() {
    let masker = masker();
    let long = format!("ghp_{}", Random(5).fill("{A20000}"));
    assert!(!masker.text(None, &long).unwrap().text.contains(&long[19_000..]));
    for beginning in ["/sk-", " xai-", "~gsk_", ".AKIA", "/eyJ", "/whsec_", "+glc_"] {
        assert_eq!(masker.text(None, &beginning.repeat(20_000)), None, "{beginning}");
    }
}

#[test]
fn rates_of_texts_looked_through() {
    let masker = masker();
    let words = [
        "pump",
        "valve",
        "pressure",
        "checked",
        "the",
        "log",
        "says",
        "task",
        "at",
        "seal 12 bar",
        "\"role\":\"user\"",
        "\\n",
    ];
    let mut random = Random(3);
    let mut text = String::new();
    while text.len() < 4 << 20 {
        text.push_str(words[usize::try_from(random.next()).unwrap() % words.len()]);
        text.push(' ');
    }
    assert_eq!(masker.text(None, &text[..1000]), None);
    let start = Instant::now();
    let found = masker.suspects(&text);
    let raw = start.elapsed();
    let start = Instant::now();
    assert!(masker.text(None, &text).is_none());
    let whole = start.elapsed();
    println!("4 MiB of prose: suspected {found} in {raw:?}, looked through in {whole:?}");
}
