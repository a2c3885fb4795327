/** Where the customer writes. What is too long is neither sent nor cut; files are not taken. */
import { type ClipboardEvent, type DragEvent, type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef, useState } from "react";

import { useWords } from "../words";
import { Icon } from "./icon";

const NEAR_THE_LIMIT = 200;

export interface ComposerHandle {
  focus: () => void;
}

interface Props {
  ref: Ref<ComposerHandle>;
  limit: number | null;
  disabled: boolean;
  onWrite: (text: string) => void;
}

export function Composer({ ref, limit, disabled, onWrite }: Props) {
  const { say } = useWords();
  const [text, setText] = useState("");
  const [hadFiles, setHadFiles] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const told = useId();
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }), []);

  const left = limit === null ? null : limit - Array.from(text.trim()).length;
  const isTooLong = left !== null && left < 0;
  const canSend = !disabled && !isTooLong && text.trim() !== "";

  const send = () => {
    if (!canSend) return;
    onWrite(text.trim());
    setText("");
    setHadFiles(false);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- 229: Safari's only sign of an input method
    const composes = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composes) return;
    event.preventDefault();
    send();
  };
  const refuseFiles = (event: ClipboardEvent | DragEvent, files: FileList | undefined) => {
    if (!files?.length) return;
    event.preventDefault();
    setHadFiles(true);
  };

  return (
    <form className="composer" onSubmit={(event) => { event.preventDefault(); send(); }} onDragOver={(event) => event.preventDefault()} onDrop={(event) => refuseFiles(event, event.dataTransfer.files)}>
      <label className="unseen" htmlFor={`${told}-field`}>{say("message_label")}</label>
      <div className="field">
        <textarea
          id={`${told}-field`}
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          disabled={disabled}
          placeholder={say("placeholder")}
          aria-describedby={told}
          aria-invalid={isTooLong}
          enterKeyHint="send"
          onChange={(event) => { setText(event.target.value); setHadFiles(false); }}
          onKeyDown={onKeyDown}
          onPaste={(event) => refuseFiles(event, event.clipboardData.files)}
        />
        <button type="submit" className="send" disabled={!canSend} aria-label={say("send")} title={say("send")}>
          <Icon name="send" />
        </button>
      </div>
      <p id={told} role="status" className={isTooLong ? "limit trouble" : "limit"}>
        {hadFiles ? say("no_files") : limitOf(left, say)}
      </p>
    </form>
  );
}

function limitOf(left: number | null, say: (key: string, values: { count: number }) => string): string {
  if (left === null || left >= NEAR_THE_LIMIT) return "";
  return left < 0 ? say("too_long", { count: -left }) : say("characters_left", { count: left });
}
