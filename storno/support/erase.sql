CREATE OR REPLACE FUNCTION erase_conversations(before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH over AS (
    SELECT id FROM support_conversation
    WHERE organization_id = current_organization() AND last_at < before
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
  SELECT (SELECT count(*) FROM files) + (SELECT count(*) FROM emptied)
$$
