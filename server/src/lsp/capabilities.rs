//! What client and server agree on at `initialize`.

use std::path::PathBuf;

use serde_json::{Value, json};
use tower_lsp::lsp_types::*;

use super::positions::Encoding;
use super::settings::Settings;

/// What the client can do, as far as the server's behaviour depends on it.
#[derive(Clone, Debug, Default)]
pub struct ClientFeatures {
    /// `workspace/codeLens/refresh`.
    pub refresh_lenses: bool,
    /// `workspace/inlayHint/refresh`.
    pub refresh_hints: bool,
    /// File watching by dynamic registration.
    pub watches_files: bool,
    /// `codeDescription` and `relatedInformation` in diagnostics.
    pub related_information: bool,
    /// Hierarchical document symbols.
    pub nested_symbols: bool,
    /// `codeAction/resolve` for edits.
    pub resolves_actions: bool,
    /// Edits of a version of a document.
    pub versioned_edits: bool,
    /// Edits that make files.
    pub creates_files: bool,
    /// Snippets in completions.
    pub snippets: bool,
    /// `textDocument/diagnostic`: diagnostics that the client asks for.
    pub pulls_diagnostics: bool,
    /// `workspace/diagnostic/refresh`.
    pub refresh_diagnostics: bool,
    /// `completionItem/resolve` for docs and for edits elsewhere.
    pub resolves_completions: bool,
    /// `inlayHint/resolve` for what is shown over a hint.
    pub resolves_hints: bool,
    /// `workspace/applyEdit`.
    pub applies_edits: bool,
    /// `window/workDoneProgress`: long work that the server shows.
    pub shows_work: bool,
    /// Where the client shows Markdown.
    pub markdown: Markdown,
}

/// Where a client shows Markdown: everywhere, unless it says what it shows and Markdown is not among it.
#[derive(Clone, Copy, Debug)]
pub struct Markdown {
    /// `textDocument/hover`
    pub hovers: bool,
    /// The documentation of completions.
    pub completions: bool,
    /// The documentation of signatures.
    pub signatures: bool,
}

impl Default for Markdown {
    fn default() -> Markdown {
        Markdown { hovers: true, completions: true, signatures: true }
    }
}

/// The outcome of `initialize`.
#[derive(Clone, Debug, Default)]
pub struct Negotiated {
    /// The unit of columns.
    pub encoding: Encoding,
    /// The workspace folders that are on disk.
    pub folders: Vec<PathBuf>,
    /// The client's abilities.
    pub client: ClientFeatures,
    /// The client's settings.
    pub settings: Settings,
}

/// Reads the client's parameters. An error says what is wrong with them.
pub fn negotiate(params: Value) -> Result<Negotiated, String> {
    let settings = params.get("initializationOptions").map(Settings::from_json).unwrap_or_default();
    // lsp-types 0.94 spells the field otherwise than the protocol.
    let refresh_diagnostics =
        params.pointer("/capabilities/workspace/diagnostics/refreshSupport").and_then(Value::as_bool).unwrap_or(false);
    let params: InitializeParams = serde_json::from_value(params).map_err(|e| format!("`initialize`: bad parameters: {e}"))?;
    let capabilities = &params.capabilities;
    let offered = capabilities.general.as_ref().and_then(|g| g.position_encodings.as_deref()).unwrap_or_default();
    let encoding = if offered.contains(&PositionEncodingKind::UTF8) { Encoding::Utf8 } else { Encoding::Utf16 };
    let client = ClientFeatures { refresh_diagnostics, ..client_features(capabilities) };
    Ok(Negotiated { encoding, folders: folders(&params), client, settings })
}

fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = &params.workspace_folders {
        return folders.iter().filter_map(|folder| folder.uri.to_file_path().ok()).collect();
    }
    #[allow(deprecated, reason = "older clients send nothing else")]
    let root = params.root_uri.as_ref().and_then(|uri| uri.to_file_path().ok()).or_else(|| params.root_path.as_ref().map(PathBuf::from));
    root.into_iter().collect()
}

fn client_features(capabilities: &ClientCapabilities) -> ClientFeatures {
    let workspace = capabilities.workspace.as_ref();
    let document = capabilities.text_document.as_ref();
    let resolved =
        |support: Option<&[String]>, wanted: &[&str]| support.is_some_and(|given| wanted.iter().all(|w| given.iter().any(|g| g == w)));
    let completion = document.and_then(|d| d.completion.as_ref()?.completion_item.as_ref()?.resolve_support.as_ref());
    let takes = |formats: Option<&Vec<MarkupKind>>| formats.is_none_or(|f| f.contains(&MarkupKind::Markdown));
    let markdown = Markdown {
        hovers: takes(document.and_then(|d| d.hover.as_ref()?.content_format.as_ref())),
        completions: takes(document.and_then(|d| d.completion.as_ref()?.completion_item.as_ref()?.documentation_format.as_ref())),
        signatures: takes(document.and_then(|d| d.signature_help.as_ref()?.signature_information.as_ref()?.documentation_format.as_ref())),
    };
    let hint = document.and_then(|d| d.inlay_hint.as_ref()?.resolve_support.as_ref());
    ClientFeatures {
        markdown,
        pulls_diagnostics: document.is_some_and(|d| d.diagnostic.is_some()),
        refresh_diagnostics: false,
        resolves_completions: resolved(completion.map(|r| r.properties.as_slice()), &["documentation", "additionalTextEdits"]),
        resolves_hints: resolved(hint.map(|r| r.properties.as_slice()), &["tooltip"]),
        shows_work: capabilities.window.as_ref().and_then(|w| w.work_done_progress).unwrap_or(false),
        applies_edits: workspace.and_then(|w| w.apply_edit).unwrap_or(false),
        refresh_lenses: workspace.and_then(|w| w.code_lens.as_ref()?.refresh_support).unwrap_or(false),
        refresh_hints: workspace.and_then(|w| w.inlay_hint.as_ref()?.refresh_support).unwrap_or(false),
        watches_files: workspace.and_then(|w| w.did_change_watched_files.as_ref()?.dynamic_registration).unwrap_or(false),
        related_information: document.and_then(|d| d.publish_diagnostics.as_ref()?.related_information).unwrap_or(false),
        resolves_actions: document
            .and_then(|d| d.code_action.as_ref())
            .filter(|c| c.data_support == Some(true))
            .and_then(|c| c.resolve_support.as_ref())
            .is_some_and(|r| r.properties.iter().any(|p| p == "edit")),
        versioned_edits: workspace.and_then(|w| w.workspace_edit.as_ref()?.document_changes).unwrap_or(false),
        creates_files: workspace
            .and_then(|w| w.workspace_edit.as_ref())
            .filter(|e| e.document_changes == Some(true))
            .and_then(|e| e.resource_operations.as_ref())
            .is_some_and(|ops| ops.contains(&ResourceOperationKind::Create)),
        snippets: document.and_then(|d| d.completion.as_ref()?.completion_item.as_ref()?.snippet_support).unwrap_or(false),
        nested_symbols: document.and_then(|d| d.document_symbol.as_ref()?.hierarchical_document_symbol_support).unwrap_or(false),
    }
}

/// The commands that `workspace/executeCommand` takes.
pub const COMMANDS: &[&str] = &[
    "amigos.simulate",
    "amigos.state",
    "amigos.trace",
    "amigos.gas",
    "amigos.scenario",
    "amigos.saveTest",
    "amigos.replay",
    "amigos.watch",
    "amigos.height",
    "amigos.render",
    "amigos.runTest",
    "amigos.network",
    "amigos.functions",
    "amigos.tests",
    "amigos.deploy",
    "amigos.commit",
];

impl Negotiated {
    /// Whether the client asks for diagnostics instead of being told: it can, and its user chose so.
    pub fn pulls(&self) -> bool {
        self.client.pulls_diagnostics && self.settings.pull_diagnostics
    }

    /// The result of `initialize`.
    pub fn answer(&self) -> Value {
        let capabilities = ServerCapabilities {
            text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                save: Some(TextDocumentSyncSaveOptions::Supported(true)),
                ..TextDocumentSyncOptions::default()
            })),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some([".", "\"", "/", "@"].map(str::to_owned).to_vec()),
                resolve_provider: Some(self.client.resolves_completions),
                ..CompletionOptions::default()
            }),
            definition_provider: Some(OneOf::Left(true)),
            type_definition_provider: Some(TypeDefinitionProviderCapability::Simple(true)),
            declaration_provider: Some(DeclarationCapability::Simple(true)),
            implementation_provider: Some(ImplementationProviderCapability::Simple(true)),
            call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
            document_link_provider: Some(DocumentLinkOptions {
                resolve_provider: Some(false),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
            references_provider: Some(OneOf::Left(true)),
            document_highlight_provider: Some(OneOf::Left(true)),
            rename_provider: Some(OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            })),
            signature_help_provider: Some(SignatureHelpOptions {
                trigger_characters: Some(["(", ","].map(str::to_owned).to_vec()),
                ..SignatureHelpOptions::default()
            }),
            selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
            semantic_tokens_provider: Some(SemanticTokensServerCapabilities::SemanticTokensOptions(SemanticTokensOptions {
                legend: super::handlers::tokens::legend(),
                range: Some(true),
                full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
                ..SemanticTokensOptions::default()
            })),
            workspace_symbol_provider: Some(OneOf::Left(true)),
            document_symbol_provider: Some(OneOf::Left(true)),
            folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
            inlay_hint_provider: Some(OneOf::Right(InlayHintServerCapabilities::Options(InlayHintOptions {
                resolve_provider: Some(self.client.resolves_hints),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }))),
            inline_value_provider: Some(OneOf::Left(true)),
            code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(true) }),
            document_formatting_provider: Some(OneOf::Left(true)),
            document_range_formatting_provider: Some(OneOf::Left(true)),
            document_on_type_formatting_provider: Some(super::handlers::formatting::on_type_options()),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(super::handlers::actions::kinds()),
                resolve_provider: Some(self.client.resolves_actions),
                ..CodeActionOptions::default()
            })),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: COMMANDS.iter().map(|c| (*c).to_owned()).collect(),
                ..ExecuteCommandOptions::default()
            }),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(OneOf::Left(true)),
                }),
                file_operations: Some(WorkspaceFileOperationsServerCapabilities {
                    will_rename: Some(FileOperationRegistrationOptions { filters: [go_files().filters, folders_too()].concat() }),
                    did_create: self.client.applies_edits.then(go_files),
                    ..WorkspaceFileOperationsServerCapabilities::default()
                }),
            }),
            ..ServerCapabilities::default()
        };
        let mut capabilities = serde_json::to_value(capabilities).unwrap_or_default();
        // Set by hand: lsp-types 0.94 knows the field but not every value.
        capabilities["positionEncoding"] = json!(match self.encoding {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
            Encoding::Utf32 => "utf-32",
        });
        capabilities["typeHierarchyProvider"] = json!(true);
        if self.pulls() {
            capabilities["diagnosticProvider"] =
                json!({ "identifier": "amigos", "interFileDependencies": true, "workspaceDiagnostics": true });
        }
        json!({
            "capabilities": capabilities,
            "serverInfo": { "name": "amigos", "version": env!("CARGO_PKG_VERSION") },
        })
    }
}

fn go_files() -> FileOperationRegistrationOptions {
    let pattern = FileOperationPattern { glob: "**/*.go".to_owned(), matches: Some(FileOperationPatternKind::File), options: None };
    FileOperationRegistrationOptions { filters: vec![FileOperationFilter { scheme: Some("file".to_owned()), pattern }] }
}

fn folders_too() -> Vec<FileOperationFilter> {
    let pattern = FileOperationPattern { glob: "**".to_owned(), matches: Some(FileOperationPatternKind::Folder), options: None };
    vec![FileOperationFilter { scheme: Some("file".to_owned()), pattern }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_taken_where_offered_and_utf16_else() {
        let with = |encodings: Value| negotiate(json!({"capabilities": {"general": {"positionEncodings": encodings}}})).unwrap().encoding;
        assert_eq!(with(json!(["utf-16", "utf-8"])), Encoding::Utf8);
        assert_eq!(with(json!(["utf-16"])), Encoding::Utf16);
        assert_eq!(negotiate(json!({"capabilities": {}})).unwrap().encoding, Encoding::Utf16);
    }

    #[test]
    fn bad_parameters_are_an_error_with_the_place() {
        let problem = negotiate(json!({"capabilities": 7})).unwrap_err();
        assert!(problem.starts_with("`initialize`: bad parameters: invalid type"), "{problem}");
    }
}
