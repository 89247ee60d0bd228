CREATE OR REPLACE FUNCTION erase_conversations(moment timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH over AS (
    -- The caller's clock may be behind ours, never ahead of it: nothing is erased before its time.
    SELECT id FROM support_conversation AS conversation
    WHERE organization_id = current_organization()
      AND last_at < least(moment, now()) - interval '2 years'
      AND (invoice_id IS NULL OR EXISTS (
        SELECT FROM documents_erasure AS erasure
        WHERE erasure.organization_id = conversation.organization_id
          AND erasure.document_id = conversation.invoice_id))
  ), letters AS (
    DELETE FROM mailroom_letter AS letter USING over
    WHERE letter.organization_id = current_organization() AND letter.subject_id = over.id
    RETURNING letter.id
  ), copies AS (
    DELETE FROM archive_file AS file USING letters
    WHERE file.organization_id = current_organization() AND file.subject_id = letters.id
    RETURNING 1
  ), files AS (
    DELETE FROM support_attachment AS attachment USING support_message AS message, over
    WHERE attachment.organization_id = current_organization()
      AND message.organization_id = attachment.organization_id
      AND message.id = attachment.message_id AND message.conversation_id = over.id
    RETURNING 1
  ), emptied AS (
    UPDATE support_message AS message SET text = '' FROM over
    WHERE message.organization_id = current_organization()
      AND message.conversation_id = over.id AND message.text <> ''
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM letters) + (SELECT count(*) FROM copies)
    + (SELECT count(*) FROM files) + (SELECT count(*) FROM emptied)
$$
