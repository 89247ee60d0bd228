CREATE OR REPLACE FUNCTION erase_traces(subject uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What was told to a client, and who has looked at it. Of its papers the letters that carried them
-- stay, which the books want, without the files of what was written.
DECLARE
  mine CONSTANT uuid := current_organization();
  papers uuid[];
  told uuid[];
  erased bigint;
BEGIN
  -- Only of somebody who is being erased or is forgotten.
  PERFORM FROM clients_client
    WHERE organization_id = mine AND id = subject AND coalesce(erasing_at, forgotten_at) IS NOT NULL
    FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'client % is not being erased', subject
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT array_agg(id) INTO papers
    FROM documents_document WHERE organization_id = mine AND recipient_id = subject;
  DELETE FROM archive_file WHERE organization_id = mine AND kind = 'letter' AND subject_id IN (
    SELECT id FROM mailroom_letter WHERE organization_id = mine AND subject_id = ANY(papers));
  SELECT array_agg(letter.id) INTO told
    FROM mailroom_letter AS letter
    WHERE letter.organization_id = mine AND (
      letter.kind <> 'document' AND letter.subject_id = ANY(papers)
      OR letter.kind = 'statement' AND letter.subject_id = subject
      OR letter.kind LIKE 'session\_%' AND letter.subject_id IN (
        SELECT id FROM diary_booking WHERE organization_id = mine AND client_id = subject
        UNION ALL
        SELECT id FROM diary_series WHERE organization_id = mine AND client_id = subject));
  DELETE FROM archive_file WHERE organization_id = mine AND subject_id = ANY(told);
  DELETE FROM mailroom_letter WHERE organization_id = mine AND id = ANY(told);
  GET DIAGNOSTICS erased = ROW_COUNT;
  DELETE FROM notices_notice WHERE organization_id = mine AND invoice_id = ANY(papers);
  DELETE FROM clients_look WHERE organization_id = mine AND client_id = subject;
  RETURN erased;
END $$
