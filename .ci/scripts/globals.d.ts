// What stands on the window and is not ours: the voice activity detection, as far as our scripts use it;
// what browsers have and TypeScript does not know; and the events that go through a page.

/** onnxruntime-web, as vad-web hands it out before it loads a model. */
interface Ort {
  env: { logLevel: "error"; wasm: { numThreads: number } };
}

/** vad-web 0.0.31; its documentation: https://docs.vad.ricky0123.com/user-guide/api/ */
interface MicVAD {
  frameProcessor: { resume(): void };
  model: { release(): Promise<void> };
  processFrame(frame: Float32Array): Promise<void>;
}

interface MicVADOptions {
  model: "v6";
  baseAssetPath: string;
  onnxWASMBasePath: string;
  startOnLoad: boolean;
  onFrameProcessed(probabilities: { isSpeech: number; notSpeech: number }): void;
  onSpeechStart(): void;
  onSpeechRealStart(): void;
  onSpeechEnd(): void;
  onVADMisfire(): void;
  ortConfig(ort: Ort): void;
}

/** Dictation: in browsers under one of two names, or not at all. */
interface Recognition {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: (event: SpeechRecognitionEvent) => void;
  onerror: (event: SpeechRecognitionErrorEvent) => void;
  onend: () => void;
  start(): void;
  stop(): void;
  abort(): void;
}

interface SpeechRecognitionEvent extends Event {
  resultIndex: number;
  results: SpeechRecognitionResultList;
}

interface SpeechRecognitionErrorEvent extends Event {
  error: string;
}

interface Window {
  vad: { MicVAD: { new: (options: MicVADOptions) => Promise<MicVAD> } };
  /** Not in browsers from before 2026: https://developer.mozilla.org/en-US/docs/Web/API/Navigation */
  navigation?: EventTarget & { entries(): NavigationHistoryEntry[]; currentEntry: NavigationHistoryEntry | null };
  Salesagent?: { (name: string, ...rest: unknown[]): void; q?: [string, ...unknown[]][]; isReady?: boolean };
  SpeechRecognition?: new () => Recognition;
  webkitSpeechRecognition?: new () => Recognition;
}

interface DocumentEventMap {
  "chat:begun": CustomEvent<{ id: string; socketPath: string; url: string }>;
}

interface HTMLElementEventMap {
  // https://htmx.org/events/, as far as their details are used
  "htmx:configRequest": CustomEvent<{ headers: Record<string, string> }>;
  "htmx:beforeSwap": CustomEvent<{ target: Element; shouldSwap: boolean; serverResponse: string }>;
  "htmx:afterRequest": CustomEvent<{ target: Element | null; elt: Element; successful: boolean; xhr?: XMLHttpRequest }>;
  // ours: what one part of a page tells all others, sent from the panel
  "chat:said": CustomEvent<null>;
  "chat:stored": CustomEvent<null>;
  "chat:begun": CustomEvent<{ id: string; socketPath: string; url: string }>;
  "chat:finished": CustomEvent<null>;
  "chat:spoken": CustomEvent<null>;
  "chat:contact": CustomEvent<null>;
  "chat:replaced": CustomEvent<null>;
}
