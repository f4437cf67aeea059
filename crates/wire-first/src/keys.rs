//! The attribute names that are read, each with a number, so that a span's attributes are sorted
//! into places in one pass instead of being searched once per name.

use std::collections::HashMap;
use std::sync::LazyLock;

macro_rules! keys {
    ($($key:ident = $name:literal,)+) => {
        /// One attribute name that is read.
        #[expect(missing_docs, reason = "each is named after its attribute, see NAMES")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Key { $($key),+ }

        /// All names with their keys.
        pub const NAMES: &[(&str, Key)] = &[$(($name, Key::$key)),+];
    };
}

keys! {
    // Langfuse
    LfType = "langfuse.observation.type",
    LfInput = "langfuse.observation.input",
    LfOutput = "langfuse.observation.output",
    LfLevel = "langfuse.observation.level",
    LfStatus = "langfuse.observation.status_message",
    LfModel = "langfuse.observation.model.name",
    LfParameters = "langfuse.observation.model.parameters",
    LfUsage = "langfuse.observation.usage_details",
    LfCost = "langfuse.observation.cost_details",
    LfCompletionStart = "langfuse.observation.completion_start_time",
    LfPromptName = "langfuse.observation.prompt.name",
    LfPromptVersion = "langfuse.observation.prompt.version",
    LfMetadata = "langfuse.observation.metadata",
    LfTraceName = "langfuse.trace.name",
    LfTraceTags = "langfuse.trace.tags",
    LfTraceInput = "langfuse.trace.input",
    LfTraceOutput = "langfuse.trace.output",
    LfTracePublic = "langfuse.trace.public",
    LfTraceMetadata = "langfuse.trace.metadata",
    LfVersion = "langfuse.version",
    LfRelease = "langfuse.release",
    LfEnvironment = "langfuse.environment",
    LfUser = "langfuse.user.id",
    LfSession = "langfuse.session.id",
    LfAsRoot = "langfuse.internal.as_root",
    LfAppRoot = "langfuse.internal.is_app_root",
    LfMetaUser = "langfuse.observation.metadata.langfuse_user_id",
    LfMetaSession = "langfuse.observation.metadata.langfuse_session_id",
    LfMetaTags = "langfuse.observation.metadata.langfuse_tags",
    // General
    User = "user.id",
    EndUser = "enduser.id",
    Session = "session.id",
    SdkLanguage = "telemetry.sdk.language",
    ServiceVersion = "service.version",
    ServiceNamespace = "service.namespace",
    DeployEnvName = "deployment.environment.name",
    DeployEnv = "deployment.environment",
    ErrorType = "error.type",
    // OTel GenAI, new and old names
    Operation = "gen_ai.operation.name",
    ResponseModel = "gen_ai.response.model",
    RequestModel = "gen_ai.request.model",
    ProviderName = "gen_ai.provider.name",
    System = "gen_ai.system",
    InputMessages = "gen_ai.input.messages",
    OutputMessages = "gen_ai.output.messages",
    PlainPrompt = "gen_ai.prompt",
    PlainCompletion = "gen_ai.completion",
    ToolName = "gen_ai.tool.name",
    ToolCallId = "gen_ai.tool.call.id",
    ToolArguments = "gen_ai.tool.call.arguments",
    ToolResult = "gen_ai.tool.call.result",
    RetrievalQuery = "gen_ai.retrieval.query.text",
    RetrievalDocuments = "gen_ai.retrieval.documents",
    InputTokens = "gen_ai.usage.input_tokens",
    PromptTokens = "gen_ai.usage.prompt_tokens",
    OutputTokens = "gen_ai.usage.output_tokens",
    CompletionTokens = "gen_ai.usage.completion_tokens",
    TotalTokens = "gen_ai.usage.total_tokens",
    LlmTotalTokens = "llm.usage.total_tokens",
    CacheRead = "gen_ai.usage.cache_read.input_tokens",
    CacheReadOld = "gen_ai.usage.cache_read_input_tokens",
    CacheCreation = "gen_ai.usage.cache_creation.input_tokens",
    CacheCreationOld = "gen_ai.usage.cache_creation_input_tokens",
    CacheWrite = "gen_ai.usage.cache_write.input_tokens",
    Reasoning = "gen_ai.usage.reasoning.output_tokens",
    ReasoningOld = "gen_ai.usage.reasoning_tokens",
    LlmReasoning = "llm.usage.reasoning_tokens",
    GenAiCost = "gen_ai.usage.cost",
    FirstChunk = "gen_ai.response.time_to_first_chunk",
    Conversation = "gen_ai.conversation.id",
    GenAiUser = "gen_ai.user",
    LlmUser = "llm.user",
    AgentName = "gen_ai.agent.name",
    AgentId = "gen_ai.agent.id",
    WorkflowName = "gen_ai.workflow.name",
    PromptName = "gen_ai.prompt.name",
    // OpenInference
    OiKind = "openinference.span.kind",
    OiInput = "input.value",
    OiInputMime = "input.mime_type",
    OiOutput = "output.value",
    OiOutputMime = "output.mime_type",
    OiResponseModel = "llm.response.model_name",
    OiModel = "llm.model_name",
    OiRequestModel = "llm.request.model_name",
    OiEmbeddingModel = "embedding.model_name",
    OiRerankerModel = "reranker.model_name",
    OiProvider = "llm.provider",
    OiSystem = "llm.system",
    OiParameters = "llm.invocation_parameters",
    OiEmbeddingParameters = "embedding.invocation_parameters",
    OiPromptTokens = "llm.token_count.prompt",
    OiCompletionTokens = "llm.token_count.completion",
    OiTotalTokens = "llm.token_count.total",
    OiCacheRead = "llm.token_count.prompt_details.cache_read",
    OiCacheWrite = "llm.token_count.prompt_details.cache_write",
    OiReasoning = "llm.token_count.completion_details.reasoning",
    OiCostPrompt = "llm.cost.prompt",
    OiCostCompletion = "llm.cost.completion",
    OiCostTotal = "llm.cost.total",
    OiAgent = "agent.name",
    OiGraphNode = "graph.node.id",
    OiTags = "tag.tags",
    OiMetadata = "metadata",
    OiPromptId = "prompt.id",
    OiToolName = "tool.name",
    OiExceptionType = "exception.type",
    OiExceptionMessage = "exception.message",
    LlmResponseModel = "llm.response.model",
    // OpenLLMetry and Traceloop
    TlKind = "traceloop.span.kind",
    TlRequestType = "llm.request.type",
    TlInput = "traceloop.entity.input",
    TlOutput = "traceloop.entity.output",
    TlEntity = "traceloop.entity.name",
    TlWorkflow = "traceloop.workflow.name",
    TlPromptKey = "traceloop.prompt.key",
    TlPromptVersion = "traceloop.prompt.version",
    // Vercel AI SDK, MLflow, Pydantic AI
    AiOperation = "ai.operationId",
    AiModel = "ai.model.id",
    AiPromptMessages = "ai.prompt.messages",
    AiPrompt = "ai.prompt",
    AiResponseText = "ai.response.text",
    AiResponseCalls = "ai.response.toolCalls",
    AiResponseObject = "ai.response.object",
    AiToolArgs = "ai.toolCall.args",
    AiToolResult = "ai.toolCall.result",
    AiUser = "ai.telemetry.metadata.userId",
    AiSession = "ai.telemetry.metadata.sessionId",
    AiTags = "ai.telemetry.metadata.tags",
    MlflowInputs = "mlflow.spanInputs",
    MlflowOutputs = "mlflow.spanOutputs",
    ToolArgumentsShort = "tool_arguments",
    ToolResponseShort = "tool_response",
    AllMessages = "pydantic_ai.all_messages",
}

/// The number of keys.
pub const COUNT: usize = NAMES.len();

static INDEX: LazyLock<HashMap<&'static str, Key>> = LazyLock::new(|| NAMES.iter().copied().collect());

impl Key {
    /// The key of an attribute name, if it is read.
    pub fn of(name: &str) -> Option<Self> {
        INDEX.get(name).copied()
    }

    /// The attribute's name.
    pub fn name(self) -> &'static str {
        NAMES.get(self as usize).map_or("", |(name, _)| name)
    }
}

/// Attribute names whose ends differ from span to span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// `langfuse.observation.metadata.*`
    LfMetadata,
    /// `langfuse.trace.metadata.*`
    LfTraceMetadata,
    /// `traceloop.association.properties.*`
    Association,
    /// `llm.input_messages.N.*`
    OiInput,
    /// `llm.output_messages.N.*`
    OiOutput,
    /// `gen_ai.prompt.N.*`
    GenAiPrompt,
    /// `gen_ai.completion.N.*`
    GenAiCompletion,
    /// `retrieval.documents.N.*`
    Documents,
    /// `gen_ai.request.*`: model parameters
    Request,
}

const PREFIXES: [(&str, Prefix); 9] = [
    ("langfuse.observation.metadata.", Prefix::LfMetadata),
    ("langfuse.trace.metadata.", Prefix::LfTraceMetadata),
    ("traceloop.association.properties.", Prefix::Association),
    ("llm.input_messages.", Prefix::OiInput),
    ("llm.output_messages.", Prefix::OiOutput),
    ("gen_ai.prompt.", Prefix::GenAiPrompt),
    ("gen_ai.completion.", Prefix::GenAiCompletion),
    ("retrieval.documents.", Prefix::Documents),
    ("gen_ai.request.", Prefix::Request),
];

impl Prefix {
    /// The prefix of a name, with the rest of the name.
    pub fn of(name: &str) -> Option<(Self, &str)> {
        // Most attributes begin with none of these letters.
        if !name.starts_with(['l', 'g', 't', 'r']) {
            return None;
        }
        PREFIXES.iter().find_map(|(text, prefix)| Some((*prefix, name.strip_prefix(text)?)))
    }
}
