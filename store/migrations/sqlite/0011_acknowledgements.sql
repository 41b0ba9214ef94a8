-- +goose Up

-- Acknowledgements in the languages of the console: English, Italian, French, Spanish, German, Chinese. A workspace
-- that has chosen its own is left as it is.
UPDATE workspace
SET acknowledgements = '["thanks","thank you","thank you very much","thank you so much","thanks a lot","many thanks","thx","ty","ok","okay","great","perfect","got it","understood","noted","alright","all right","sounds good","cool","grazie","grazie mille","tante grazie","molte grazie","ti ringrazio","la ringrazio","va bene","perfetto","capito","ottimo","d''accordo","merci","merci beaucoup","merci bien","d''accord","parfait","très bien","c''est noté","entendu","super","ça marche","gracias","muchas gracias","mil gracias","vale","perfecto","de acuerdo","entendido","muy bien","genial","danke","danke schön","dankeschön","danke sehr","vielen dank","besten dank","herzlichen dank","alles klar","passt","perfekt","verstanden","in ordnung","谢谢","谢谢你","谢谢您","多谢","好的","好","收到","明白","明白了","知道了","没问题","謝謝","👍","🙏","👌","❤️","🙂","😊","✅"]'
WHERE acknowledgements = '["thanks","thank you","thx","ok","okay","great","perfect","👍","🙏"]';
