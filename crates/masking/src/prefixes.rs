//! Secrets that their first characters give away: what providers put before their keys, how long the rest is, and of what.
//!
//! Lengths, alphabets and beginnings are facts about providers' keys: those of the rule list of gitleaks (v8, MIT licence,
//! <https://github.com/gitleaks/gitleaks>), those that secret scanning on GitHub documents, and those that model providers
//! give out. Rules ask for the whole form, so that words, ids and examples stay.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

/// One form of a key.
pub(super) struct Form {
    /// What a finding calls it.
    pub(super) name: &'static str,
    /// From the literal on.
    pub(super) tail: Regex,
    /// What stands right before the literal, where the key begins earlier.
    pub(super) head: Option<Regex>,
    /// Whether letters and digits must mix.
    pub(super) must_mix: bool,
}

/// Literal, name, what follows the literal, whether letters and digits must mix. A `!` at the end: nothing of the kind may
/// follow. Repetitions have no upper bound where what is too long would be masked whole anyway: a counted one makes a big
/// automaton. Where letters must mix, no letter of the rest may be one after which a key begins: a text made of beginnings
/// would be read again from each of them.
type Line = (&'static str, &'static str, &'static str, bool);

#[rustfmt::skip]
const FORMS: &[Line] = &[
    // Of the lines of one literal the first that fits names the key.
    ("sk-", "anthropic-key", "ant-[A-Za-z0-9_-]{20,}", true),
    ("sk-", "langfuse-key", "lf-[A-Za-z0-9_-]{16,}", true),
    ("sk-", "openrouter-key", "or-(?:v1-)?[A-Za-z0-9_-]{20,}", true),
    ("sk-", "openai-key", "[A-Za-z0-9_-]{20,}", true),
    ("sk_", "stripe-key", "(?:live|test|prod)_[A-Za-z0-9]{16,}", false),
    ("sk_", "cartesia-key", "car_[A-Za-z0-9]{20,}", true),
    ("sk_", "elevenlabs-key", "[0-9a-f]{48}!", true),
    ("rk_live_", "stripe-key", "[A-Za-z0-9]{16,}", false),
    ("rk_test_", "stripe-key", "[A-Za-z0-9]{16,}", false),
    ("whsec_", "stripe-key", "[A-Za-z0-9+/=]{24,}", true),
    ("AKIA", "aws-access-key", "[A-Z2-7]{16}!", false),
    ("ASIA", "aws-access-key", "[A-Z2-7]{16}!", false),
    ("ABSK", "aws-bedrock-key", "[A-Za-z0-9+/]{100,}={0,2}", false),
    ("bedrock-api-key-", "aws-bedrock-key", "[A-Za-z0-9+/=]{40,}", false),
    ("ghp_", "github-token", "[A-Za-z0-9]{36,}", false),
    ("gho_", "github-token", "[A-Za-z0-9]{36,}", false),
    ("ghu_", "github-token", "[A-Za-z0-9]{36,}", false),
    ("ghs_", "github-token", "[A-Za-z0-9]{36,}", false),
    ("ghr_", "github-token", "[A-Za-z0-9]{36,}", false),
    ("github_pat_", "github-token", "[A-Za-z0-9_]{22,}", false),
    ("glpat-", "gitlab-token", "[A-Za-z0-9_.-]{20,}", false),
    ("glrt-", "gitlab-token", "[A-Za-z0-9_.-]{20,}", false),
    ("glptt-", "gitlab-token", "[0-9a-f]{40}", false),
    ("gldt-", "gitlab-token", "[A-Za-z0-9_-]{20,}", true),
    ("glcbt-", "gitlab-token", "[A-Za-z0-9]{1,5}_[A-Za-z0-9_-]{20,}", false),
    ("glft-", "gitlab-token", "[A-Za-z0-9_-]{20,}", true),
    ("glagent-", "gitlab-token", "[A-Za-z0-9_-]{50,}", false),
    ("gloas-", "gitlab-token", "[A-Za-z0-9_-]{64,}", false),
    ("xox", "slack-token", "[a-eoprs]-[A-Za-z0-9-]{10,}", true),
    ("xox", "slack-token", "e\\.xox[bp]-[0-9]-[A-Za-z0-9]{100,}", false),
    ("xapp-", "slack-token", "[0-9]-[A-Za-z0-9-]{20,}", false),
    ("hooks.slack.com/", "slack-webhook", "(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,}", false),
    ("AIza", "google-key", "[A-Za-z0-9_-]{35}", false),
    ("GOCSPX-", "google-key", "[A-Za-z0-9_-]{28}", false),
    ("ya29.", "google-token", "(?:[a-z]\\.)?[A-Za-z0-9_-]{40,}", true),
    ("npm_", "npm-token", "[A-Za-z0-9]{36}", false),
    ("pypi-", "pypi-token", "AgE[A-Za-z0-9_-]{50,}", false),
    ("hf_", "huggingface-token", "oauth_[A-Za-z0-9_.-]{30,}", false),
    ("hf_", "huggingface-token", "[A-Za-z0-9]{30,}", false),
    ("api_org_", "huggingface-token", "[A-Za-z0-9]{30,}", false),
    ("SG.", "sendgrid-key", "[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,64}", false),
    ("sess-", "openai-key", "[A-Za-z0-9]{40}!", true),
    ("rk_prod_", "stripe-key", "[A-Za-z0-9]{16,}", false),
    ("glimt-", "gitlab-token", "[A-Za-z0-9_-]{25}", true),
    ("glsoat-", "gitlab-token", "[A-Za-z0-9_-]{20}", true),
    ("glffct-", "gitlab-token", "[A-Za-z0-9_-]{20}", true),
    ("discord.com/", "discord-webhook", "api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}", false),
    ("discordapp.com/", "discord-webhook", "api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}", false),
    ("outlook.office.com/", "teams-webhook", "webhook/[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36}", false),
    ("1//0", "google-token", "[A-Za-z0-9_-]{40,}", true),
    // Model providers and what stands around them.
    ("gsk_", "groq-key", "[A-Za-z0-9]{40,}", true),
    ("xai-", "xai-key", "(?:token-)?[A-Za-z0-9]{60,}", true),
    ("lsv2_", "langsmith-key", "[ps][tk]_[0-9a-f]{32}_[0-9a-f]{10}", false),
    ("ls__", "langsmith-key", "[0-9a-f]{32}", false),
    ("r8_", "replicate-key", "[A-Za-z0-9]{37}!", true),
    ("nvapi-", "nvidia-key", "[A-Za-z0-9_-]{50,}", true),
    ("pplx-", "perplexity-key", "[A-Za-z0-9]{40,}", true),
    ("tvly-", "tavily-key", "(?:dev-|prod-)?[A-Za-z0-9_-]{28,}", true),
    ("pcsk_", "pinecone-key", "[A-Za-z0-9_]{50,}", true),
    ("csk-", "cerebras-key", "[a-z0-9]{40,}", true),
    ("fw_", "fireworks-key", "[A-Za-z0-9]{22,24}!", true),
    ("tgp_v1_", "together-key", "[A-Za-z0-9_-]{40,}", true),
    ("jina_", "jina-key", "[A-Za-z0-9_-]{52,}", true),
    ("pa-", "voyage-key", "[A-Za-z0-9_-]{43}!", true),
    ("fc-", "firecrawl-key", "[0-9a-f]{32}!", true),
    ("e2b_", "e2b-key", "[0-9a-f]{40}!", true),
    ("rpa_", "runpod-key", "[A-Z0-9]{30,}[a-z0-9]{0,12}!", true),
    ("esecret_", "anyscale-key", "[a-z0-9]{20,}", true),
    ("bb_live_", "browserbase-key", "[A-Za-z0-9_-]{20,}", true),
    ("wandb_v1_", "wandb-key", "[A-Za-z0-9_-]{40,}", true),
    ("phx_", "posthog-key", "[A-Za-z0-9]{40,}", true),
    ("vcp_", "vercel-token", "[A-Za-z0-9]{50,}", true),
    ("vck_", "vercel-token", "[A-Za-z0-9]{50,}", true),
    ("bce-v3/", "baidu-key", "ALTAK-[A-Za-z0-9]{21}/[0-9a-f]{40}", false),
    ("AKLT", "volcengine-key", "[A-Za-z0-9]{40,60}!", true),
    ("cpk_", "chutes-key", "[0-9a-f]{32}\\.[0-9a-f]{32}\\.[A-Za-z0-9]{32}", false),
    ("llx-", "llamacloud-key", "[A-Za-z0-9]{48}!", true),
    ("phs_", "posthog-key", "[A-Za-z0-9]{40,}", true),
    ("hl_sk_", "humanloop-key", "[0-9a-f]{48}", false),
    ("pylf_v", "logfire-token", "[0-9]_[a-z]{2,}_[A-Za-z0-9]{40,}", true),
    ("m0-", "mem0-key", "[A-Za-z0-9]{40}!", true),
    ("scp-live-", "scrapfly-key", "[0-9a-f]{32}!", true),
    ("dtn_", "daytona-key", "[0-9a-f]{64}!", false),
    ("tpuf_", "turbopuffer-key", "[A-Za-z0-9]{30,}", true),
    ("ck-", "chroma-key", "[A-Za-z0-9]{44}!", true),
    ("apify_api_", "apify-token", "[A-Za-z0-9]{36,}", true),
    ("BSA", "brave-key", "[A-Za-z0-9_-]{27}!", true),
    ("vercel_blob_rw_", "vercel-token", "[A-Za-z0-9]{16}_[A-Za-z0-9]{30,}", true),
    ("ctx7sk-", "context7-key", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}!", false),
    ("tr_", "trigger-key", "(?:dev|prod|stg|pat)_[A-Za-z0-9]{20,}", true),
    ("signkey-", "inngest-key", "(?:prod|test|branch)-[0-9a-f]{64}", false),
    // Data and platforms.
    ("dapi", "databricks-token", "[0-9a-f]{32}(?:-[0-9])?!", true),
    ("dop_v1_", "digitalocean-token", "[0-9a-f]{64}", false),
    ("doo_v1_", "digitalocean-token", "[0-9a-f]{64}", false),
    ("dor_v1_", "digitalocean-token", "[0-9a-f]{64}", false),
    ("dp.", "doppler-token", "(?:pt|ct|sa|scim|audit)\\.[A-Za-z0-9]{40,}", false),
    ("dp.", "doppler-token", "st\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,}", false),
    ("dt0c01.", "dynatrace-token", "[A-Za-z0-9]{24}\\.[A-Za-z0-9]{64}", false),
    ("sbp_", "supabase-token", "(?:oauth_)?[0-9a-f]{40}", false),
    ("sb_secret_", "supabase-token", "[A-Za-z0-9_-]{20,}", true),
    ("napi_", "neon-token", "[a-z0-9]{60,}", true),
    ("pscale_", "planetscale-token", "(?:tkn|oauth|pw)_[A-Za-z0-9_=.-]{32,}", false),
    ("4b1d", "clickhouse-key", "[A-Za-z0-9]{38}!", true),
    ("pnu_", "prefect-token", "[A-Za-z0-9]{36}", true),
    ("pul-", "pulumi-token", "[0-9a-f]{40}", false),
    ("PMAK-", "postman-key", "[0-9a-fA-F]{24}-[0-9a-fA-F]{34}", false),
    ("rdme_", "readme-key", "[a-z0-9]{70}", false),
    ("rubygems_", "rubygems-key", "[0-9a-f]{48}", false),
    ("CLOJARS_", "clojars-token", "[A-Za-z0-9]{60}", false),
    ("sgp_", "sourcegraph-token", "(?:(?:[0-9a-fA-F]{16}|local)_)?[0-9a-fA-F]{40}", false),
    ("sntrys_", "sentry-token", "eyJ[A-Za-z0-9+/=_-]{40,}", false),
    ("sntryu_", "sentry-token", "[0-9a-f]{64}", false),
    ("glc_", "grafana-token", "[A-Za-z0-9+/]{32,}={0,3}", true),
    ("glsa_", "grafana-token", "[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}", false),
    ("hvs.", "vault-token", "[A-Za-z0-9_-]{24,}", true),
    ("hvb.", "vault-token", "[A-Za-z0-9_-]{100,}", false),
    ("HRKU-", "heroku-key", "[0-9A-Za-z_-]{36,}", true),
    ("NRAK-", "newrelic-key", "[A-Z0-9]{27}!", true),
    ("NRJS-", "newrelic-key", "[a-f0-9]{19}!", true),
    ("fo1_", "flyio-token", "[A-Za-z0-9_-]{43}", true),
    ("fm1", "flyio-token", "[ar]_[A-Za-z0-9+/]{100,}={0,3}", false),
    ("fm2_", "flyio-token", "[A-Za-z0-9+/]{100,}={0,3}", false),
    ("ops_eyJ", "onepassword-token", "[A-Za-z0-9+/]{200,}={0,3}", false),
    ("AGE-SECRET-KEY-1", "age-key", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", false),
    ("LTAI", "alibaba-key", "[A-Za-z0-9]{16,20}!", true),
    ("AKID", "tencent-key", "[A-Za-z0-9]{32}!", true),
    ("AKCp", "artifactory-key", "[A-Za-z0-9]{69}!", false),
    ("cmVmd", "artifactory-key", "[A-Za-z0-9]{59}!", true),
    ("ATATT3", "atlassian-token", "[A-Za-z0-9_=-]{60,}", false),
    ("ATBB", "atlassian-token", "[A-Za-z0-9]{32}!", true),
    ("dckr_pat_", "docker-token", "[A-Za-z0-9_-]{27}", false),
    ("figd_", "figma-token", "[A-Za-z0-9_-]{40,}", false),
    ("lin_api_", "linear-key", "[A-Za-z0-9]{40}", false),
    ("ntn_", "notion-token", "[0-9]{11}[A-Za-z0-9]{35}", false),
    ("tfp_", "typeform-token", "[A-Za-z0-9_.=-]{40,}", false),
    ("ico-", "infracost-key", "[A-Za-z0-9]{32}!", true),
    ("tk-us-", "scalingo-token", "[A-Za-z0-9_-]{48}", true),
    ("fio-u-", "frameio-token", "[A-Za-z0-9_=-]{64}", false),
    ("duffel_", "duffel-token", "(?:test|live)_[A-Za-z0-9_=-]{43}", false),
    ("EZAK", "easypost-key", "[A-Za-z0-9]{54}!", true),
    ("EZTK", "easypost-key", "[A-Za-z0-9]{54}!", true),
    ("EAA", "square-token", "A[A-Za-z0-9_-]{56,60}!", true),
    ("EAA", "facebook-token", "[A-Za-z0-9]{100,}", true),
    ("sq0", "square-token", "(?:atp|csp|idp)-[A-Za-z0-9_-]{22,}", true),
    ("FLWSECK", "flutterwave-key", "(?:_TEST)?-[A-Za-z0-9]{12,}", true),
    ("xkeysib-", "brevo-key", "[0-9a-f]{64}-[A-Za-z0-9]{16}", false),
    ("shp", "shopify-token", "(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{32}", false),
    ("shippo_", "shippo-token", "(?:live|test)_[0-9a-fA-F]{40}", false),
    ("key-", "mailgun-key", "[0-9a-f]{32}!", true),
    ("p8e-", "adobe-secret", "[A-Za-z0-9]{32}!", true),
    ("API-", "octopus-key", "[A-Z0-9]{26}!", true),
    ("sha256~", "openshift-token", "[A-Za-z0-9_-]{43}!", true),
    ("v1.0-", "cloudflare-key", "[0-9a-f]{24}-[0-9a-f]{146}", false),
    ("cfut_", "cloudflare-key", "[A-Za-z0-9_-]{40,}", true),
    ("eyJ", "grafana-token", "rIjoi[A-Za-z0-9]{70,}={0,3}", true),
    ("dckr_oat_", "docker-token", "[A-Za-z0-9_-]{32}", false),
    ("figu_", "figma-token", "[A-Za-z0-9_-]{40,}", false),
    ("lin_oauth_", "linear-key", "[0-9a-f]{64}", false),
    ("secret_", "notion-token", "[A-Za-z0-9]{43}!", true),
    ("re_", "resend-key", "[A-Za-z0-9]{8}_[A-Za-z0-9]{24}!", true),
    ("rnd_", "render-key", "[A-Za-z0-9]{28,}!", true),
    ("nfp_", "netlify-token", "[A-Za-z0-9]{36}", true),
    ("CFPAT-", "contentful-token", "[A-Za-z0-9_-]{43}", true),
    ("tskey-", "tailscale-key", "(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,}-[A-Za-z0-9]{20,}", true),
    ("ATCTT3", "atlassian-token", "[A-Za-z0-9_=-]{60,}", false),
    ("BBDC-", "atlassian-token", "[A-Za-z0-9+/@_-]{40,50}", false),
    ("AVNS_", "aiven-password", "[A-Za-z0-9_-]{19}!", true),
    ("NRII-", "newrelic-key", "[A-Za-z0-9_-]{32}!", true),
    ("dt0s", "dynatrace-token", "[0-9]{2}\\.[A-Z0-9]{8,24}\\.[A-Z0-9]{64}", false),
    ("oy2", "nuget-key", "[a-z0-9]{43}!", true),
    ("cio", "crates-token", "[A-Za-z0-9]{32}!", true),
    ("squ_", "sonar-token", "[0-9a-f]{40}", false),
    ("sqp_", "sonar-token", "[0-9a-f]{40}", false),
    ("sqa_", "sonar-token", "[0-9a-f]{40}", false),
    ("snyk_", "snyk-token", "(?:uat|sat)\\.[0-9a-f]{8}\\.[A-Za-z0-9_.-]{60,}", false),
    ("CCIPAT_", "circleci-token", "[A-Za-z0-9]{22}_[0-9a-f]{40}", false),
    ("CCIPRJ_", "circleci-token", "[A-Za-z0-9]{22}_[0-9a-f]{40}", false),
    ("bkua_", "buildkite-token", "[0-9a-f]{40}", false),
    ("sdk-", "launchdarkly-key", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}!", true),
    ("api-", "launchdarkly-key", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}!", true),
    ("sl.", "dropbox-token", "[A-Za-z0-9_-]{120,}", true),
    ("pat", "hubspot-token", "-(?:na|eu)[0-9]-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", true),
    ("pat", "airtable-token", "[A-Za-z0-9]{14}\\.[0-9a-f]{64}", true),
    ("A3-", "onepassword-key", "[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}!", false),
];

/// The same for keys that begin before their literal, and what stands there.
#[rustfmt::skip]
const LATER: &[(&str, Line)] = &[
    ("[A-Za-z0-9]{14}$", (".atlasv1.", "terraform-token", "[A-Za-z0-9_=-]{60,}", false)),
    ("[A-Za-z0-9_~.]{3}$", ("7Q~", "azure-secret", "[A-Za-z0-9_~.-]{31,34}", false)),
    ("[A-Za-z0-9_~.]{3}$", ("8Q~", "azure-secret", "[A-Za-z0-9_~.-]{31,34}", false)),
    ("AAAA[A-Za-z0-9_-]{7}$", (":APA91b", "google-key", "[A-Za-z0-9_-]{100,}", true)),
    ("[a-z0-9-]{1,16}$", (".webhook.office.com/", "teams-webhook", "webhookb2/[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36}", false)),
    ("[0-9]{8,10}$", (":AA", "telegram-token", "[A-Za-z0-9_-]{33}!", false)),
];

/// Twilio's keys begin with two letters that much else begins with, so the third is looked for too.
const TWILIO: [&str; 16] = [
    "SK0", "SK1", "SK2", "SK3", "SK4", "SK5", "SK6", "SK7", "SK8", "SK9", "SKa", "SKb", "SKc", "SKd", "SKe",
    "SKf",
];

/// As much of a key is looked at before it is taken for one, in bytes; then all of it is masked.
const LONGEST_LOOK: usize = 4_096;

/// The longest that stands before a literal, in bytes.
const LONGEST_HEAD: usize = 16;

/// All forms by their literal.
pub(super) static KNOWN: LazyLock<HashMap<&str, Vec<Form>>> = LazyLock::new(|| {
    let mut known: HashMap<&str, Vec<Form>> = HashMap::new();
    for line in FORMS {
        known.entry(line.0).or_default().push(form(line, None));
    }
    for (head, line) in LATER {
        known.entry(line.0).or_default().push(form(line, Some(head)));
    }
    for literal in TWILIO {
        let line = (literal, "twilio-key", "[0-9a-f]{31}!", false);
        known.entry(literal).or_default().push(form(&line, None));
    }
    known
});

#[expect(clippy::expect_used, reason = "constant patterns, compiled in every test")]
fn form(line: &Line, head: Option<&&str>) -> Form {
    let (literal, name, rest, must_mix) = *line;
    let literal = regex::escape(literal);
    let tail = match rest.strip_suffix('!') {
        // Where a key may hold dashes, one more is a longer word.
        Some(rest) if rest.contains("_-]") => format!("^({literal}{rest})(?:[^A-Za-z0-9_-]|$)"),
        Some(rest) => format!("^({literal}{rest})(?:[^A-Za-z0-9]|$)"),
        None => format!("^({literal}{rest})"),
    };
    Form {
        name,
        tail: Regex::new(&tail).expect("a good pattern"),
        head: head.map(|head| Regex::new(head).expect("a good pattern")),
        must_mix,
    }
}

/// Literals that stand in the middle of a key, or before a short one: they are looked for everywhere.
pub(super) fn literals() -> impl Iterator<Item = &'static str> {
    LATER.iter().map(|(_, line)| line.0).chain([SHORT])
}

/// What keys begin with that may be shorter than [`SHORTEST_RUN`].
const SHORT: &str = "xox";

/// All other keys, JSON Web Tokens included, stand in so many bytes of their letters without a blank or a quote. Prose has
/// hardly any, so nearly all text is passed by without a look at single literals, however many there are.
const SHORTEST_RUN: usize = 20;

/// The letters of keys and what may stand between them and a word before, as JSON writes it too.
const IN_RUN: [bool; 256] = table(b"_-./+~\\", true);
/// After any other byte a key may begin.
const IN_WORD: [bool; 256] = table(b"_-", true);

const fn table(others: &[u8], letters: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let letter = (byte as u8).is_ascii_alphanumeric();
        table[byte] = letters && letter;
        byte += 1;
    }
    let mut at = 0;
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
}

/// Literals by their first three bytes.
static BEGINNINGS: LazyLock<HashMap<[u8; 3], Vec<&str>>> = LazyLock::new(|| {
    let mut all: HashMap<[u8; 3], Vec<&str>> = HashMap::new();
    for literal in FORMS.iter().map(|line| line.0).chain(TWILIO).filter(|literal| *literal != SHORT) {
        if let Some(first) = literal.as_bytes().first_chunk::<3>() {
            let known = all.entry(*first).or_default();
            if !known.contains(&literal) {
                known.push(literal);
            }
        }
    }
    all
});

fn holds(table: &[bool; 256], byte: u8) -> bool {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The places from `from` on where a literal stands at the beginning of a token that is long enough.
pub(super) fn next_beginning(text: &str, from: usize) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    let mut at = from;
    // Every run that is long enough covers one of these places.
    let mut probe = from + SHORTEST_RUN - 1;
    while let Some(byte) = bytes.get(probe) {
        if !holds(&IN_RUN, *byte) {
            at = probe + 1;
            probe = at + SHORTEST_RUN - 1;
            continue;
        }
        let before = bytes.get(at..probe)?.iter().rposition(|byte| !holds(&IN_RUN, *byte));
        if let Some(gap) = before {
            at += gap + 1;
            probe = at + SHORTEST_RUN - 1;
            continue;
        }
        // As far as the run goes, and no byte twice: whoever asks again begins behind what was found.
        while let Some(byte) = bytes.get(at)
            && holds(&IN_RUN, *byte)
        {
            if let Some(found) = beginning(bytes, at) {
                return Some(found);
            }
            at += 1;
        }
        probe = at + SHORTEST_RUN;
    }
    None
}

fn beginning(bytes: &[u8], at: usize) -> Option<(usize, &'static str)> {
    let before = |back: usize| at.checked_sub(back).and_then(|place| bytes.get(place).copied());
    let in_word = before(1).is_some_and(|byte| holds(&IN_WORD, byte));
    // `\n` in JSON inside a text is no letter, and neither is `%20` in an address.
    if in_word && before(2) != Some(b'\\') && before(3) != Some(b'%') {
        return None;
    }
    let rest = bytes.get(at..)?;
    let literals = BEGINNINGS.get(rest.first_chunk::<3>()?)?;
    literals.iter().find(|literal| rest.starts_with(literal.as_bytes())).map(|literal| (at, *literal))
}

/// Whether a detector here has this name.
pub(super) fn names(name: &str) -> bool {
    name == "twilio-key" || FORMS.iter().chain(LATER.iter().map(|(_, line)| line)).any(|line| line.1 == name)
}

/// The key around the literal at `at`: where it begins and ends, and its name.
pub(super) fn find(text: &str, at: usize, literal: &str) -> Option<(usize, usize, &'static str)> {
    KNOWN.get(literal)?.iter().find_map(|form| {
        let start = match &form.head {
            None => at,
            Some(head) => {
                let mut from = at.saturating_sub(LONGEST_HEAD);
                while !text.is_char_boundary(from) {
                    from += 1;
                }
                from + head.find(text.get(from..at)?)?.start()
            }
        };
        if !super::secrets::begins(text, start) {
            return None;
        }
        let rest = text.get(at..)?;
        let near = super::secrets::window(rest, LONGEST_LOOK);
        let mut end = at + form.tail.captures(near)?.get(1)?.end();
        if form.must_mix && !mixes(text.get(start..end)?) {
            return None;
        }
        if end == at + near.len() {
            end = at + form.tail.captures(rest)?.get(1)?.end();
        }
        Some((start, end, form.name))
    })
}

/// Some part between dashes of at least eight letters and digits has both: keys do, hyphenated words do not.
fn mixes(token: &str) -> bool {
    token.split(['-', '_']).any(|part| {
        part.len() >= 8
            && part.bytes().any(|b| b.is_ascii_digit())
            && part.bytes().any(|b| b.is_ascii_alphabetic())
    })
}
